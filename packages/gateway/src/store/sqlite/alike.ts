import { strict as assert } from "node:assert";
import type { SqliteFile } from "@yici/runtime";
import type { Parameter } from "./row.ts";

/** Rows that one statement changes: to these values, at these places. */
export interface Alike {
  readonly values: readonly Parameter[];
  readonly rowIds: number[];
}

/** So many different changes wait at most: each one that comes is compared with all of them. */
const GROUPS_MAX = 8;

/**
 * Changes of rows that wait, those to the same values together: most of what a round of sends writes is the same in every
 * row, and a statement for each row would cost three times as much as one for all. Nothing may read the rows before they
 * are written, and no row may wait twice.
 */
export class AlikeRows {
  readonly #write: (alike: Alike) => void;
  #groups: Alike[] = [];

  constructor(write: (alike: Alike) => void) {
    this.#write = write;
  }

  add(values: readonly Parameter[], rowId: number): void {
    const known = this.#groups.findLast((group) => isSame(group.values, values));
    if (known !== undefined) {
      known.rowIds.push(rowId);
      return;
    }
    if (this.#groups.length === GROUPS_MAX) this.write();
    this.#groups.push({ values, rowIds: [rowId] });
  }

  write(): void {
    const groups = this.#groups;
    this.#groups = [];
    for (const group of groups) this.#write(group);
  }

  /** The transaction was undone. */
  forget(): void {
    this.#groups = [];
  }
}

/**
 * Writes rows that change alike: `sql` takes the values, then the row ids as JSON. A row that is not there is a mistake of
 * ours, and nothing of its commit may be promised to anybody.
 */
export function writeAlike(file: SqliteFile, sql: string, { values, rowIds }: Alike): void {
  const { changes } = file.prepare(sql).run(...values, JSON.stringify(rowIds));
  assert.equal(changes, rowIds.length, "what waits to be written is there, once");
}

function isSame(one: readonly Parameter[], other: readonly Parameter[]): boolean {
  for (let place = 0; place < one.length; place += 1) {
    if (one[place] !== other[place]) return false;
  }
  return true;
}
