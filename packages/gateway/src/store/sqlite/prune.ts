import type { EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import { listAppIds } from "./tables/accounts.ts";

const PRUNE_IDEMPOTENCY_KEYS = `
  DELETE FROM idempotency_keys WHERE appid = ?1 AND (principal, key) IN (
    SELECT principal, key FROM idempotency_keys WHERE appid = ?1 AND accepted_at < ?2
    ORDER BY accepted_at LIMIT ?3)`;
const PRUNE_NONCES = `
  DELETE FROM nonces WHERE appid = ?1 AND nonce IN (
    SELECT nonce FROM nonces WHERE appid = ?1 AND used_at < ?2 ORDER BY used_at LIMIT ?3)`;
/** Reads from the oldest event up to the first that stays. The last one always stays: the next takes its number from it. */
const PRUNE_EVENTS = `
  DELETE FROM events WHERE appid = ?1 AND number < (
    SELECT number FROM events WHERE appid = ?1 AND (at >= ?2 OR number >= min(
      (SELECT max(number) FROM events WHERE appid = ?1),
      (SELECT min(number) FROM events WHERE appid = ?1) + ?3))
    ORDER BY number LIMIT 1)`;

const LIST_OLD_MESSAGES = `
  SELECT message_id FROM deliveries WHERE appid = ? AND settled_at < ? ORDER BY settled_at LIMIT ?`;
const DELETE_MESSAGE = ["attempts", "messages", "deliveries"].map(
  (table) => `DELETE FROM ${table} WHERE appid = ? AND message_id = ?`,
);

/** Drops what is older than it need be, a limited number of rows at once. */
export function prune(file: SqliteFile, policy: RetryPolicy, now: EpochMs): void {
  const { idempotencyLifeMs, nonceLifeMs, eventLifeMs, messageLifeMs, pruneMax } = policy;
  for (const appid of listAppIds(file)) {
    file.prepare(PRUNE_IDEMPOTENCY_KEYS).run(appid, now - idempotencyLifeMs, pruneMax);
    file.prepare(PRUNE_NONCES).run(appid, now - nonceLifeMs, pruneMax);
    file.prepare(PRUNE_EVENTS).run(appid, now - eventLifeMs, pruneMax);
    for (const row of file.prepare(LIST_OLD_MESSAGES).all(appid, now - messageLifeMs, pruneMax)) {
      for (const sql of DELETE_MESSAGE) file.prepare(sql).run(appid, row["message_id"] ?? null);
    }
  }
}
