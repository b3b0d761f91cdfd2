import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Message } from "../../../messages/message.ts";
import type { IdempotencyKey, RememberedKey } from "../../rows.ts";
import { readText } from "../row.ts";

const FIND = `
  SELECT body_hash, message_id FROM idempotency_keys WHERE appid = ? AND principal = ? AND key = ?`;
const INSERT = `
  INSERT INTO idempotency_keys (appid, principal, key, body_hash, message_id, accepted_at) VALUES (?, ?, ?, ?, ?, ?)`;

export function findIdempotencyKey(
  file: SqliteFile,
  appid: AppId,
  principal: string,
  key: string,
): RememberedKey | undefined {
  const row = file.prepare(FIND).get(appid, principal, key);
  if (row === undefined) return undefined;
  return { bodyHash: readText(row, "body_hash"), messageId: readText(row, "message_id") };
}

export function insertIdempotencyKey(
  file: SqliteFile,
  { appid, principal, messageId, acceptedAt }: Message,
  { key, bodyHash }: IdempotencyKey,
): void {
  file.prepare(INSERT).run(appid, principal, key, bodyHash, messageId, acceptedAt);
}
