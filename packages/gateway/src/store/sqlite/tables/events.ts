import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { LedgerEvent, LedgerEventType } from "../../ledger.ts";
import type { NewEvent } from "../../rows.ts";
import { readInteger, readJson, readText, type Row } from "../row.ts";

/** Numbers follow from the row before, inside the transaction: one that is rolled back leaves no gap. */
const INSERT = `
  INSERT INTO events (appid, number, type, at, facts) VALUES (
    ?1, 1 + coalesce((SELECT number FROM events WHERE appid = ?1 ORDER BY number DESC LIMIT 1), 0),
    ?2, ?3, ?4)`;
const LIST = "SELECT * FROM events WHERE appid = ? AND number > ? ORDER BY number LIMIT ?";

export function insertEvent(file: SqliteFile, { appid, type, at, facts }: NewEvent): void {
  file.prepare(INSERT).run(appid, type, at, JSON.stringify(facts));
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
