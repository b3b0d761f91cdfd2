import type { SqliteFile } from "@yici/runtime";

type Statement = ReturnType<SqliteFile["prepare"]>;

/** One row as SQLite answers it. */
export type Row = NonNullable<ReturnType<Statement["get"]>>;

/** What SQLite takes as a parameter here. */
export type Parameter = string | number | null;

/**
 * A text. Who knows that more is promised of it says so with `as`: it was seen to before it was written, and nobody
 * else writes this file.
 */
export function readText(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} holds no text`);
  return value;
}

/** An integer. */
export function readInteger(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`column ${column} holds no integer`);
  return value;
}

/** A number, perhaps with a fraction. */
export function readReal(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`column ${column} holds no number`);
  return value;
}

export function readBoolean(row: Row, column: string): boolean {
  return readInteger(row, column) !== 0;
}

/** A text, or nothing. */
export function findText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : readText(row, column);
}

/** An integer, or nothing. */
export function findInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : readInteger(row, column);
}

/** A value that was written as JSON. */
export function readJson(row: Row, column: string): unknown {
  return JSON.parse(readText(row, column));
}

/** As a parameter: nothing is null. */
export function orNull(value: string | number | undefined): Parameter {
  return value ?? null;
}

/** As a parameter: SQLite has no booleans. */
export function asInteger(value: boolean): number {
  return value ? 1 : 0;
}

/** `?, ?, ?` for a list of columns. */
export function placeholders(columns: readonly string[]): string {
  return columns.map(() => "?").join(", ");
}
