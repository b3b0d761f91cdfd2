import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import { readInteger, readText } from "../row.ts";

const LIST_CLOSED = `
  SELECT message_id FROM deliveries
  WHERE appid = ? AND closes_at <= ? AND settled_at IS NULL
  ORDER BY closes_at, rowid`;
const LIST_CLOSING = `
  SELECT message_id, closes_at FROM deliveries
  WHERE appid = ? AND closes_at > 0 AND settled_at IS NULL
  ORDER BY closes_at`;
const LIST_DUE = `
  SELECT message_id, due_at FROM deliveries
  WHERE appid = ? AND (due_at, message_id) > (?, ?) AND state IN ('scheduled', 'queued')
  ORDER BY due_at, message_id`;
const NOTE_DUE = `
  UPDATE deliveries SET state = 'queued' WHERE appid = ? AND message_id = ? AND state = 'scheduled'`;

/** A place in an account's due queue. */
export interface DuePlace {
  readonly dueAt: EpochMs;
  readonly messageId: string;
}

/** Messages whose deliveries time has closed, deadlines and doubt windows, but for those being sent. */
export function listClosed(
  file: SqliteFile,
  appid: AppId,
  wanted: {
    readonly now: EpochMs;
    readonly limit: number;
    readonly isSending: (messageId: string) => boolean;
  },
): readonly string[] {
  const closed: string[] = [];
  if (wanted.limit <= 0) return closed;
  for (const row of file.prepare(LIST_CLOSED).iterate(appid, wanted.now)) {
    const messageId = readText(row, "message_id");
    if (!wanted.isSending(messageId) && closed.push(messageId) >= wanted.limit) break;
  }
  return closed;
}

/** When time next changes a delivery that is not being sent. */
export function findClosing(
  file: SqliteFile,
  appid: AppId,
  isSending: (messageId: string) => boolean,
): EpochMs | undefined {
  for (const row of file.prepare(LIST_CLOSING).iterate(appid)) {
    if (!isSending(readText(row, "message_id"))) return readInteger(row, "closes_at");
  }
  return undefined;
}

/** When the next delivery after a place in the due queue is due that is not taken. */
export function findDue(
  file: SqliteFile,
  appid: AppId,
  after: DuePlace,
  isTaken: (messageId: string) => boolean,
): EpochMs | undefined {
  const { dueAt, messageId } = after;
  for (const row of file.prepare(LIST_DUE).iterate(appid, dueAt, messageId)) {
    if (!isTaken(readText(row, "message_id"))) return readInteger(row, "due_at");
  }
  return undefined;
}

/** A scheduled delivery that was leased is queued from then on. */
export function noteDue(file: SqliteFile, appid: AppId, messageId: string): void {
  file.prepare(NOTE_DUE).run(appid, messageId);
}
