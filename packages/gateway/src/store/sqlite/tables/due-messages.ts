import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Outgoing } from "../../rows.ts";
import { findInteger, placesOf, prepareList, readInteger, readText, type Row } from "../row.ts";
import { OUTGOING_COLUMNS, readOutgoing } from "./deliveries.ts";
import type { DuePlace } from "./due-deliveries.ts";

const AT = placesOf([...OUTGOING_COLUMNS, "content", "row_id", "grant_row"] as const);

const LIST = `
  SELECT ${OUTGOING_COLUMNS.map((column) => `d.${column}`).join(", ")},
    m.content, d.rowid AS row_id, d.grant_row
  FROM deliveries d JOIN messages m ON m.appid = d.appid AND m.message_id = d.message_id
  WHERE d.appid = ? AND (d.due_at, d.message_id) > (?, ?) AND d.due_at <= ?
    AND d.state IN ('scheduled', 'queued') AND d.closes_at > ?
  ORDER BY d.due_at, d.message_id`;

/** A message that may be leased, and where its delivery's row is and its grant's may be. */
export interface DueMessage extends Outgoing {
  /** JSON, as it was written: it is only handed on. */
  readonly content: string;
  readonly rowId: number;
  readonly grantRow: number | undefined;
}

/**
 * What may be leased now and is not taken, from a place in the due queue on, the one due longest first. What time has
 * closed is left to the sweep.
 */
export function listDue(
  file: SqliteFile,
  appid: AppId,
  wanted: {
    readonly now: EpochMs;
    readonly after: DuePlace;
    readonly limit: number;
    readonly isTaken: (messageId: string) => boolean;
  },
): readonly DueMessage[] {
  const { now, after, limit, isTaken } = wanted;
  const due: DueMessage[] = [];
  for (const row of prepareList(file, LIST).iterate(
    appid,
    after.dueAt,
    after.messageId,
    now,
    now,
  )) {
    if (isTaken(readText(row, AT.message_id))) continue;
    if (due.push(readDue(row, appid)) >= limit) break;
  }
  return due;
}

function readDue(row: Row, appid: AppId): DueMessage {
  const { terms, delivery } = readOutgoing(row, appid);
  const content = readText(row, AT.content);
  const rowId = readInteger(row, AT.row_id);
  return { terms, delivery, content, rowId, grantRow: findInteger(row, AT.grant_row) };
}
