import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import { findInteger, readInteger, readText } from "./row.ts";
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

/** Messages in the order of their acceptance, which their ids grow with. */
const LIST_MESSAGES = `
  SELECT d.message_id, d.settled_at, m.accepted_at
  FROM deliveries d JOIN messages m ON m.appid = d.appid AND m.message_id = d.message_id
  WHERE d.appid = ? AND d.message_id > ? ORDER BY d.message_id LIMIT ?`;
const DELETE_MESSAGE = ["messages", "deliveries"].map(
  (table) => `DELETE FROM ${table} WHERE appid = ? AND message_id = ?`,
);

/** Drops what is older than it need be, a limited number of rows at once. */
export class Pruner {
  readonly #file: SqliteFile;
  readonly #policy: RetryPolicy;
  /** The message that each account was last looked through up to. */
  readonly #places = new Map<AppId, string>();

  constructor(file: SqliteFile, policy: RetryPolicy) {
    this.#file = file;
    this.#policy = policy;
  }

  prune(now: EpochMs): void {
    const { idempotencyLifeMs, nonceLifeMs, eventLifeMs, messageLifeMs, pruneMax } = this.#policy;
    for (const appid of listAppIds(this.#file)) {
      this.#file.prepare(PRUNE_IDEMPOTENCY_KEYS).run(appid, now - idempotencyLifeMs, pruneMax);
      this.#file.prepare(PRUNE_NONCES).run(appid, now - nonceLifeMs, pruneMax);
      this.#file.prepare(PRUNE_EVENTS).run(appid, now - eventLifeMs, pruneMax);
      this.#pruneMessages(appid, now - messageLifeMs);
    }
  }

  /** An index by age would cost every send; oldest first, a walk ends at the first message that is young enough. */
  #pruneMessages(appid: AppId, before: EpochMs): void {
    const walked = this.#listOldMessages(appid, before);
    for (const { messageId, settledAt = before } of walked) {
      if (settledAt >= before) continue;
      for (const sql of DELETE_MESSAGE) this.#file.prepare(sql).run(appid, messageId);
    }
    const last = walked.length === this.#policy.pruneMax ? walked.at(-1) : undefined;
    if (last === undefined) this.#places.delete(appid);
    else this.#places.set(appid, last.messageId);
  }

  #listOldMessages(appid: AppId, before: EpochMs): readonly OldMessage[] {
    const from = this.#places.get(appid) ?? "";
    const old: OldMessage[] = [];
    for (const row of this.#file
      .prepare(LIST_MESSAGES)
      .iterate(appid, from, this.#policy.pruneMax)) {
      if (readInteger(row, "accepted_at") >= before) break;
      old.push({
        messageId: readText(row, "message_id"),
        settledAt: findInteger(row, "settled_at"),
      });
    }
    return old;
  }
}

interface OldMessage {
  readonly messageId: string;
  readonly settledAt: EpochMs | undefined;
}
