import type { SqliteFile } from "@yici/runtime";
import { readText } from "../row.ts";

const FIND = "SELECT value FROM settings WHERE name = ?";
const SAVE = `
  INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`;

export function findSetting(file: SqliteFile, name: string): string | undefined {
  const row = file.prepare(FIND).get(name);
  return row === undefined ? undefined : readText(row, "value");
}

export function saveSetting(file: SqliteFile, name: string, value: string): void {
  file.prepare(SAVE).run(name, value);
}
