import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { StoredToken, TokenClaim } from "../../records.ts";
import { readInteger, readText } from "../row.ts";

const FIND = "SELECT version, sealed, expires_at FROM tokens WHERE appid = ? AND version > 0";
const SAVE = `
  INSERT INTO tokens (appid, version, sealed, expires_at) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET version = excluded.version, sealed = excluded.sealed, expires_at = excluded.expires_at,
    claimed_by = NULL, claimed_until = 0`;
const CLAIM = `
  INSERT INTO tokens (appid, version, sealed, expires_at, claimed_by, claimed_until) VALUES (?1, 0, '', 0, ?3, ?4)
  ON CONFLICT DO UPDATE SET claimed_by = ?3, claimed_until = ?4
  WHERE version = ?2 AND (claimed_until <= ?5 OR claimed_by = ?3)`;

export function findToken(file: SqliteFile, appid: AppId): StoredToken | undefined {
  const row = file.prepare(FIND).get(appid);
  if (row === undefined) return undefined;
  return {
    version: readInteger(row, "version"),
    sealed: readText(row, "sealed"),
    expiresAt: readInteger(row, "expires_at"),
  };
}

/** Stores a token after `expectedVersion`, if that is the last; answers what is there then. */
export function replaceToken(
  file: SqliteFile,
  appid: AppId,
  expectedVersion: number,
  fresh: Omit<StoredToken, "version">,
): StoredToken {
  const current = findToken(file, appid);
  if (current !== undefined && current.version !== expectedVersion) return current;
  const token = { version: expectedVersion + 1, ...fresh };
  file.prepare(SAVE).run(appid, token.version, token.sealed, token.expiresAt);
  return token;
}

/** Whether the claimer may ask for the token after a version. */
export function claimToken(
  file: SqliteFile,
  appid: AppId,
  { version, by, now, until }: TokenClaim,
): boolean {
  return file.prepare(CLAIM).run(appid, version, by, until, now).changes === 1;
}
