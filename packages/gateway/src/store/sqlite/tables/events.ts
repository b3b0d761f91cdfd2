import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { LedgerEvent, LedgerEventType } from "../../ledger.ts";
import type { NewEvent } from "../../rows.ts";
import { readInteger, readJson } from "../row.ts";

const FIND_LAST = "SELECT number FROM events WHERE appid = ? ORDER BY number DESC LIMIT 1";
const INSERT = "INSERT INTO events (appid, number, at, events) VALUES (?, ?, ?, ?)";
const LIST = "SELECT number, events FROM events WHERE appid = ? AND number > ? ORDER BY number";

/** An event as its row holds it. */
type Told = readonly [type: LedgerEventType, at: EpochMs, facts: LedgerEvent["facts"]];

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
  const told = events.map(({ type, at, facts }) => [type, at, facts]);
  file.prepare(INSERT).run(appid, number, events.at(-1)?.at ?? 0, JSON.stringify(told));
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
    const told = readJson(row, "events") as readonly Told[];
    const before = readInteger(row, "number") - told.length;
    for (const [index, [type, at, facts]] of told.entries()) {
      const number = before + index + 1;
      if (number > after) events.push({ appid, number, type, at, facts });
    }
    if (events.length >= limit) break;
  }
  return events.slice(0, limit);
}
