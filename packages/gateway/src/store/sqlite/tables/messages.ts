import type { AppId, MessageContent } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Message } from "../../../messages/message.ts";
import type { MessageFilter, MessageSummary } from "../../ledger.ts";
import { placesOf, prepareList, readInteger, readJson, readText, type Row } from "../row.ts";
import { buildWhere, type Where } from "../where.ts";
import { OUTGOING_COLUMNS, readOutgoing } from "./deliveries.ts";

const AT = placesOf([
  ...OUTGOING_COLUMNS,
  "accepted_at",
  "not_before_at",
  "principal",
  "content",
] as const);

const INSERT = `
  INSERT INTO messages (appid, message_id, accepted_at, due_at, principal, content) VALUES (?, ?, ?, ?, ?, ?)`;
const SELECT = `
  SELECT ${OUTGOING_COLUMNS.map((column) => `d.${column}`).join(", ")},
    m.accepted_at, m.due_at AS not_before_at, m.principal, m.content
  FROM deliveries d JOIN messages m ON m.appid = d.appid AND m.message_id = d.message_id`;
const FIND = `${SELECT} WHERE d.appid = ? AND d.message_id = ?`;

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
  return row === undefined ? undefined : readSummary(row, appid);
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
    .map((row) => readSummary(row, appid));
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

function readSummary(row: Row, appid: AppId): MessageSummary {
  const { terms, delivery } = readOutgoing(row, appid);
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
