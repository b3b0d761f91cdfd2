import type { SqliteFile } from "@yici/runtime";
import { readInteger } from "../store/row.ts";

/**
 * Ids of the journal's entries and of messages, ascending: one sequence for both, because the message that a call put on a phone is
 * that call's entry. Ids are taken inside a commit.
 */
export class EntryIds {
  readonly #file: SqliteFile;
  #next: number | undefined;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  /** The id that is taken next. */
  get next(): number {
    this.#next ??= this.#readLast() + 1;
    return this.#next;
  }

  take(): number {
    const id = this.next;
    this.#next = id + 1;
    return id;
  }

  /** Forgets what memory holds. */
  forget(): void {
    this.#next = undefined;
  }

  #readLast(): number {
    const row = this.#file
      .prepare(
        `SELECT max((SELECT coalesce(max(id), 0) FROM journal), (SELECT coalesce(max(id), 0) FROM messages)) AS id`,
      )
      .get();
    return readInteger(row ?? {}, "id");
  }
}
