import type { EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { KeyRecord, KeyRight } from "../../records.ts";
import { findInteger, orNull, readInteger, readJson, readText, type Row } from "../row.ts";

const INSERT =
  "INSERT INTO keys (key_id, hash, principal, rights, created_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?)";
const FIND = "SELECT * FROM keys WHERE hash = ?";
const LIST = "SELECT * FROM keys ORDER BY created_at, key_id";
const REVOKE = "UPDATE keys SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL";

export function insertKey(file: SqliteFile, key: KeyRecord): void {
  file
    .prepare(INSERT)
    .run(
      key.keyId,
      key.hash,
      key.principal,
      JSON.stringify(key.rights),
      key.createdAt,
      orNull(key.revokedAt),
    );
}

export function findKeyByHash(file: SqliteFile, hash: string): KeyRecord | undefined {
  const row = file.prepare(FIND).get(hash);
  return row === undefined ? undefined : readKey(row);
}

/** All keys, revoked ones too, oldest first. */
export function listKeys(file: SqliteFile): readonly KeyRecord[] {
  return file.prepare(LIST).all().map(readKey);
}

/** Answers false when there is no such key in force. */
export function revokeKey(file: SqliteFile, keyId: string, now: EpochMs): boolean {
  return file.prepare(REVOKE).run(now, keyId).changes === 1;
}

function readKey(row: Row): KeyRecord {
  return {
    keyId: readText(row, "key_id"),
    hash: readText(row, "hash"),
    principal: readText(row, "principal"),
    rights: readJson(row, "rights") as readonly KeyRight[],
    createdAt: readInteger(row, "created_at"),
    revokedAt: findInteger(row, "revoked_at"),
  };
}
