import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { StoredToken } from "../../ledger.ts";
import { readInteger, readText } from "../row.ts";

const FIND = "SELECT version, sealed, expires_at FROM tokens WHERE appid = ?";
const SAVE = `
  INSERT INTO tokens (appid, version, sealed, expires_at) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET version = excluded.version, sealed = excluded.sealed, expires_at = excluded.expires_at`;

export function findToken(file: SqliteFile, appid: AppId): StoredToken | undefined {
  const row = file.prepare(FIND).get(appid);
  if (row === undefined) return undefined;
  return {
    version: readInteger(row, "version"),
    sealed: readText(row, "sealed"),
    expiresAt: readInteger(row, "expires_at"),
  };
}

export function saveToken(file: SqliteFile, appid: AppId, token: StoredToken): void {
  file.prepare(SAVE).run(appid, token.version, token.sealed, token.expiresAt);
}
