import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { LedgerEvent } from "../../ledger.ts";
import type { NewEvent } from "../../rows.ts";
import { readEvents, type ToldEvent, writeEvents } from "../../told-events.ts";
import { readInteger, readJson } from "../row.ts";

const FIND_LAST = "SELECT number FROM events WHERE appid = ? ORDER BY number DESC LIMIT 1";
const INSERT = "INSERT INTO events (appid, number, at, events) VALUES (?, ?, ?, ?)";
const LIST = "SELECT number, events FROM events WHERE appid = ? AND number > ? ORDER BY number";

/** The number of an account's last event; 0 when there was none. */
export function findLastEvent(file: SqliteFile, appid: AppId): number {
  const row = file.prepare(FIND_LAST).get(appid);
  return row === undefined ? 0 : readInteger(row, "number");
}

/** Writes events of one account that follow one another as one row; `number` is the last one's. */
export function insertEvents(
  file: SqliteFile,
  appid: AppId,
  number: number,
  events: readonly NewEvent[],
): void {
  file.prepare(INSERT).run(appid, number, events.at(-1)?.at ?? 0, writeEvents(events));
}

/** Events after a number, oldest first. */
export function listEvents(
  file: SqliteFile,
  appid: AppId,
  after: number,
  limit: number,
): readonly LedgerEvent[] {
  const events: LedgerEvent[] = [];
  for (const row of file.prepare(LIST).iterate(appid, after)) {
    const told = readJson(row, "events") as readonly ToldEvent[];
    const read = readEvents(appid, readInteger(row, "number"), told);
    events.push(...read.filter(({ number }) => number > after));
    if (events.length >= limit) break;
  }
  return events.slice(0, limit);
}
