import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { LedgerEvent, LedgerEventType } from "../../ledger.ts";
import type { NewEvent } from "../../rows.ts";
import { readInteger, readJson, readText, type Row } from "../row.ts";

const FIND_LAST = "SELECT number FROM events WHERE appid = ? ORDER BY number DESC LIMIT 1";
const INSERT = "INSERT INTO events (appid, number, type, at, facts) VALUES (?, ?, ?, ?, ?)";
const LIST = "SELECT * FROM events WHERE appid = ? AND number > ? ORDER BY number LIMIT ?";

/** The number of an account's last event; 0 when there was none. */
export function findLastEvent(file: SqliteFile, appid: AppId): number {
  const row = file.prepare(FIND_LAST).get(appid);
  return row === undefined ? 0 : readInteger(row, "number");
}

export function insertEvent(
  file: SqliteFile,
  number: number,
  { appid, type, at, facts }: NewEvent,
): void {
  file.prepare(INSERT).run(appid, number, type, at, JSON.stringify(facts));
}

/** Events after a number, oldest first. */
export function listEvents(
  file: SqliteFile,
  appid: AppId,
  after: number,
  limit: number,
): readonly LedgerEvent[] {
  return file.prepare(LIST).all(appid, after, limit).map(readEvent);
}

function readEvent(row: Row): LedgerEvent {
  return {
    appid: readText(row, "appid") as AppId,
    number: readInteger(row, "number"),
    type: readText(row, "type") as LedgerEventType,
    at: readInteger(row, "at"),
    facts: readJson(row, "facts") as LedgerEvent["facts"],
  };
}
