import type { SqliteFile } from "@yici/runtime";
import { type Row, readInteger, readText } from "../store/row.ts";
import type { SnapshotTables } from "./snapshot.ts";

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Rows of a table without rowid have no order of their own but that of their key. */
  readonly hasRowid: boolean;
}

/** Every table's rows, in the order in which they were added. */
export function dumpTables(file: SqliteFile): SnapshotTables {
  return Object.fromEntries(listTables(file).map((table) => [table.name, dump(file, table)]));
}

/**
 * Adds rows to tables that are empty. Called inside a transaction; references are checked at its end. Throws a
 * `TableMismatch` when the tables are not those of this database, or a row does not fit.
 */
export function fillTables(file: SqliteFile, tables: SnapshotTables): void {
  file.exec("PRAGMA defer_foreign_keys = ON");
  const known = listTables(file);
  const unknown = Object.keys(tables).find((name) => !known.some((table) => table.name === name));
  if (unknown !== undefined) throw new TableMismatch(`there is no table ${unknown}`);
  for (const table of known) fill(file, table, tables[table.name]);
}

/** Removes every row of every table. Called inside a transaction. */
export function emptyTables(file: SqliteFile): void {
  file.exec("PRAGMA defer_foreign_keys = ON");
  for (const { name } of listTables(file)) file.exec(`DELETE FROM ${name}`);
}

/** Tables of a snapshot do not fit this schema. */
export class TableMismatch extends Error {
  override readonly name = "TableMismatch";
}

function listTables(file: SqliteFile): readonly Table[] {
  return file
    .prepare(
      `SELECT name, wr FROM pragma_table_list
       WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations' ORDER BY name`,
    )
    .all()
    .map((row) => describe(file, row));
}

function describe(file: SqliteFile, row: Row): Table {
  const name = readText(row, "name");
  const columns = file
    .prepare("SELECT name FROM pragma_table_info(?) ORDER BY cid")
    .all(name)
    .map((column) => readText(column, "name"));
  return { name, columns, hasRowid: readInteger(row, "wr") === 0 };
}

function dump(file: SqliteFile, { name, columns, hasRowid }: Table): SnapshotTables[string] {
  const rows = file
    .prepare(`SELECT ${columns.join(", ")} FROM ${name} ${hasRowid ? "ORDER BY rowid" : ""}`)
    .all();
  return {
    columns: [...columns],
    rows: rows.map((row) => columns.map((column) => readCell(name, row[column]))),
  };
}

type Cell = string | number | null;

function readCell(table: string, value: unknown): Cell {
  if (isCell(value)) return value;
  throw new TypeError(`table ${table} holds what JSON cannot`);
}

function isCell(value: unknown): value is Cell {
  return typeof value === "string" || typeof value === "number" || value === null;
}

function fill(file: SqliteFile, table: Table, given: SnapshotTables[string] | undefined): void {
  if (given === undefined) throw new TableMismatch(`table ${table.name} is missing`);
  const { columns, rows } = given;
  if (columns.toSorted().join() !== table.columns.toSorted().join()) {
    throw new TableMismatch(
      `table ${table.name} must have the columns ${table.columns.join(", ")}`,
    );
  }
  const places = columns.map(() => "?").join(", ");
  const insert = file.prepare(
    `INSERT INTO ${table.name} (${columns.join(", ")}) VALUES (${places})`,
  );
  for (const [index, row] of rows.entries()) {
    try {
      insert.run(...row.map((cell) => readCell(table.name, cell)));
    } catch (error) {
      const why = error instanceof Error ? error.message : "";
      throw new TableMismatch(`row ${index + 1} of table ${table.name} does not fit: ${why}`, {
        cause: error,
      });
    }
  }
}
