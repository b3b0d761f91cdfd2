import type { SqliteFile } from "@yici/runtime";

type Statement = ReturnType<SqliteFile["prepare"]>;

/** One row as SQLite answers it. */
export type Row = NonNullable<ReturnType<Statement["get"]>>;

/** A column of a row by its name; of one that was prepared with `prepareList`, its place. */
type Column = string | number;

/** What SQLite takes as a parameter here. */
export type Parameter = string | number | null;

/**
 * A text. Who knows that more is promised of it says so with `as`: it was seen to before it was written, and nobody
 * else writes this file.
 */
export function readText(row: Row, column: Column): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} holds no text`);
  return value;
}

/** An integer. */
export function readInteger(row: Row, column: Column): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`column ${column} holds no integer`);
  return value;
}

/** A number, perhaps with a fraction. */
export function readReal(row: Row, column: Column): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`column ${column} holds no number`);
  return value;
}

export function readBoolean(row: Row, column: Column): boolean {
  return readInteger(row, column) !== 0;
}

/** A text, or nothing. */
export function findText(row: Row, column: Column): string | undefined {
  return row[column] === null ? undefined : readText(row, column);
}

/** An integer, or nothing. */
export function findInteger(row: Row, column: Column): number | undefined {
  return row[column] === null ? undefined : readInteger(row, column);
}

/** A value that was written as JSON. */
export function readJson(row: Row, column: Column): unknown {
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

/** A statement whose rows are lists of values in the order of its columns: twice as fast as rows with names. */
export function prepareList(file: SqliteFile, sql: string): Statement {
  const statement = file.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

/** Where each column stands in such a row. */
export function placesOf<Name extends string>(
  columns: readonly Name[],
): Readonly<Record<Name, number>> {
  const places = columns.map((column, place) => [column, place] as const);
  return Object.fromEntries(places) as Record<Name, number>;
}
