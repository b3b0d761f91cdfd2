import type { AppId, EpochMs, OpenId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { ConfirmEffect } from "../../../grants/confirm-slot.ts";
import type { NonceAddress, NonceConfirmation, UsedNonce } from "../../rows.ts";
import { findInteger, findText, readBoolean } from "../row.ts";

const FIND = "SELECT * FROM nonces WHERE appid = ? AND nonce = ?";
const CONFIRM = `
  INSERT INTO nonces (appid, nonce, openid, effect, generation, is_declined, used_at) VALUES (?, ?, ?, ?, ?, 0, ?)
  ON CONFLICT DO UPDATE SET openid = excluded.openid, effect = excluded.effect, generation = excluded.generation`;
const DECLINE = `
  INSERT INTO nonces (appid, nonce, is_declined, used_at) VALUES (?, ?, 1, ?)
  ON CONFLICT DO UPDATE SET is_declined = 1`;

export function findNonce(file: SqliteFile, appid: AppId, nonce: string): UsedNonce | undefined {
  const row = file.prepare(FIND).get(appid, nonce);
  if (row === undefined) return undefined;
  const openid = findText(row, "openid") as OpenId | undefined;
  const effect = findText(row, "effect") as ConfirmEffect | undefined;
  const generation = findInteger(row, "generation");
  const isConfirmed = openid !== undefined && effect !== undefined && generation !== undefined;
  return {
    confirmed: isConfirmed ? { openid, effect, generation } : undefined,
    isDeclined: readBoolean(row, "is_declined"),
  };
}

/** Uses a nonce up. */
export function saveConfirmedNonce(
  file: SqliteFile,
  { appid, nonce }: NonceAddress,
  confirmed: NonceConfirmation,
  now: EpochMs,
): void {
  const { openid, effect, generation } = confirmed;
  file.prepare(CONFIRM).run(appid, nonce, openid, effect, generation, now);
}

/** Remembers that a person declined with a nonce, which it may still confirm with. */
export function saveDeclinedNonce(
  file: SqliteFile,
  { appid, nonce }: NonceAddress,
  now: EpochMs,
): void {
  file.prepare(DECLINE).run(appid, nonce, now);
}
