import type { AppId, EpochMs, MessageContent } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Message } from "../../../messages/message.ts";
import type { MessageFilter, MessageSummary } from "../../ledger.ts";
import {
  findInteger,
  placesOf,
  prepareList,
  readInteger,
  readJson,
  readText,
  type Row,
} from "../row.ts";
import { buildWhere, type Where } from "../where.ts";
import { OUTGOING_COLUMNS, readOutgoing } from "./deliveries.ts";
import type { DuePlace } from "./due-deliveries.ts";

const AT = placesOf([
  ...OUTGOING_COLUMNS,
  "accepted_at",
  "not_before_at",
  "principal",
  "content",
  "row_id",
  "grant_row",
] as const);

const INSERT = `
  INSERT INTO messages (appid, message_id, accepted_at, due_at, principal, content) VALUES (?, ?, ?, ?, ?, ?)`;
const SELECT = `
  SELECT ${OUTGOING_COLUMNS.map((column) => `d.${column}`).join(", ")},
    m.accepted_at, m.due_at AS not_before_at, m.principal, m.content, d.rowid AS row_id, d.grant_row
  FROM deliveries d JOIN messages m ON m.appid = d.appid AND m.message_id = d.message_id`;
const FIND = `${SELECT} WHERE d.appid = ? AND d.message_id = ?`;
const LIST_DUE = `
  ${SELECT}
  WHERE d.appid = ? AND (d.due_at, d.message_id) > (?, ?) AND d.due_at <= ?
    AND d.state IN ('scheduled', 'queued') AND d.closes_at > ?
  ORDER BY d.due_at, d.message_id`;

/** A message that may be leased, its place in the due queue, and where its delivery's row is and its grant's may be. */
export interface DueMessage extends MessageSummary {
  readonly place: DuePlace;
  readonly rowId: number;
  readonly grantRow: number | undefined;
}

export function insertMessage(file: SqliteFile, message: Message): void {
  file
    .prepare(INSERT)
    .run(
      message.appid,
      message.messageId,
      message.acceptedAt,
      message.dueAt,
      message.principal,
      JSON.stringify(message.content),
    );
}

export function findMessageSummary(
  file: SqliteFile,
  appid: AppId,
  messageId: string,
): MessageSummary | undefined {
  const row = prepareList(file, FIND).get(appid, messageId);
  return row === undefined ? undefined : readSummary(row);
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
  const { dueAt, messageId } = after;
  for (const row of prepareList(file, LIST_DUE).iterate(appid, dueAt, messageId, now, now)) {
    if (isTaken(readText(row, AT.message_id))) continue;
    const { message, delivery } = readSummary(row);
    const place = { dueAt: delivery.dueAt, messageId: delivery.messageId };
    const rowId = readInteger(row, AT.row_id);
    const grantRow = findInteger(row, AT.grant_row);
    if (due.push({ message, delivery, place, rowId, grantRow }) >= limit) break;
  }
  return due;
}

/** A page of an account's messages, newest first. */
export function listMessages(file: SqliteFile, filter: MessageFilter): readonly MessageSummary[] {
  const { appid, openid, scene, state, after, limit } = filter;
  const ofPerson = openid === undefined ? undefined : buildOfPerson({ appid, openid, scene });
  const where = buildWhere([
    ["d.appid = ?", appid],
    ["d.scene = ?", scene],
    ["d.state = ?", state],
    ["d.message_id < ?", after],
  ]);
  const condition = ofPerson === undefined ? "" : `AND d.message_id IN (${ofPerson.sql})`;
  return prepareList(file, `${SELECT} ${where.sql} ${condition} ORDER BY d.message_id DESC LIMIT ?`)
    .all(...where.parameters, ...(ofPerson?.parameters ?? []), limit)
    .map(readSummary);
}

/** The messages of a person: those that the person's grants name, and those that none does. */
function buildOfPerson(person: Pick<MessageFilter, "appid" | "openid" | "scene">): Where {
  const where = buildWhere([
    ["appid = ?", person.appid],
    ["openid = ?", person.openid],
    ["scene = ?", person.scene],
  ]);
  return {
    sql: `
      SELECT message_id FROM grants ${where.sql} UNION ALL
      SELECT message_id FROM deliveries INDEXED BY deliveries_apart ${where.sql} AND is_apart = 1`,
    parameters: [...where.parameters, ...where.parameters],
  };
}

function readSummary(row: Row): MessageSummary {
  const { terms, delivery } = readOutgoing(row);
  return {
    message: {
      ...terms,
      content: readJson(row, AT.content) as MessageContent,
      acceptedAt: readInteger(row, AT.accepted_at),
      dueAt: readInteger(row, AT.not_before_at),
      principal: readText(row, AT.principal),
    },
    delivery,
  };
}
