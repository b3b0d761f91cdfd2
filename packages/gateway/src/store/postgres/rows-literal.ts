import { COLUMNS, type WrittenTable } from "./column-lists.ts";
import { camelCase, toJson } from "./row.ts";

/**
 * Values of the domain as one array of a table's rows, in PostgreSQL's own notation: half of what JSON costs the
 * server. A member is found by its column's name in camel case; what is absent or undefined is null, an object is JSON.
 */
export function rowsLiteral(table: WrittenTable, values: readonly object[]): string {
  const names = NAMES.get(table) ?? [];
  const rows = values.map((value) => {
    const members = value as Readonly<Record<string, unknown>>;
    return `"${escape(`(${names.map((name) => field(members[name])).join(",")})`)}"`;
  });
  return `{${rows.join(",")}}`;
}

/** Texts or numbers as one array, in the same notation. */
export function listLiteral(values: readonly (string | number)[]): string {
  return `{${values.map((value) => `"${escape(String(value))}"`).join(",")}}`;
}

const NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(COLUMNS).map(([table, columns]) => [table, columns.map(camelCase)]),
);

/** What needs no quotes inside of a row, as nearly all ids and words do not. */
const PLAIN = /^[A-Za-z0-9_.:-]+$/;

function field(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "t" : "f";
  const text = typeof value === "string" ? value : toJson(value);
  return PLAIN.test(text) ? text : `"${escapeField(text)}"`;
}

/** Inside of a row a quote may be doubled, which is then escaped to less than a backslash before it would be. */
function escapeField(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll(/[\\"]/g, "$&$&") : text;
}

const SPECIAL = /[\\"]/;

function escape(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll(/[\\"]/g, String.raw`\$&`) : text;
}
