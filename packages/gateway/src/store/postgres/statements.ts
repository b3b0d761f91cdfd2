import { EVENTS_IN_ROW } from "../told-events.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";

/** Where commits are told of. */
export const CHANNEL = "yici";

const COMPONENT = "platform, sealed_secret, sealed_push_token, sealed_push_key, created_at";
/** With the claims on it, as of the same moment. */
const SUMMARY_COLUMNS = `
    d::text AS delivery, row_to_json(m) AS message, yici_now() AS now, (
      SELECT json_agg(c) FROM (
        SELECT l.lease_id, l.expires_at AS lease_expires_at, NULL::bigint AS started_at, d.message_id, d.turn
        FROM leases l WHERE l.appid = $1
          AND (d.message_id, d.turn) IN (SELECT * FROM unnest(l.message_ids, l.turns))
        UNION ALL
        SELECT s.lease_id, s.lease_expires_at, s.started_at, d.message_id, d.turn
        FROM starts s WHERE s.appid = $1
          AND (d.message_id, d.turn) IN (SELECT * FROM unnest(s.message_ids, s.turns))
      ) c) AS claims`;
/** What a delivery's row says, unless an attempt of it is in flight. */
const STATE = `
    CASE WHEN EXISTS (
      SELECT FROM starts s WHERE s.appid = $1
        AND (d.message_id, d.turn) IN (SELECT * FROM unnest(s.message_ids, s.turns)))
    THEN 'sending' ELSE d.state END`;
const SUMMARY = `
  SELECT ${SUMMARY_COLUMNS}
  FROM deliveries d JOIN messages m ON m.appid = d.appid AND m.message_id = d.message_id`;
const OLD = {
  idempotency_keys: "accepted_at",
  nonces: "used_at",
} as const;

function prune(table: keyof typeof OLD): string {
  const [age, key] = [OLD[table], table === "nonces" ? "nonce" : "principal, key"];
  return `
    DELETE FROM ${table} WHERE appid = $1 AND (${key}) IN (
      SELECT ${key} FROM ${table} WHERE appid = $1 AND ${age} < $2 ORDER BY ${age} LIMIT $3)`;
}

/**
 * Every statement that is sent by itself; facts are written by `yici_load` and `yici_write`. Those of a ledger name the
 * account, but for `listDueAccounts`, `listSweepAccounts` and `findNext`, which read the due accounts by the index of
 * the instant they ask for.
 */
export const STATEMENTS = {
  listDueAccounts: `
    SELECT appid FROM due_accounts WHERE due_at <= coalesce($1::bigint, yici_now()) ORDER BY due_at LIMIT $2`,
  listSweepAccounts: `
    SELECT appid FROM due_accounts WHERE sweep_at <= coalesce($1::bigint, yici_now()) ORDER BY sweep_at LIMIT $2`,
  findNext: `
    SELECT least((SELECT min(due_at) FROM due_accounts), (SELECT min(sweep_at) FROM due_accounts)) AS at, yici_now() AS now`,
  preview: "SELECT yici_preview($1, $2, $3) AS answer",
  look: "SELECT yici_look($1, true, NULL, NULL)",
  notify: `SELECT set_config('synchronous_commit', 'off', true), pg_notify('${CHANNEL}', $1)`,

  pruneKeys: prune("idempotency_keys"),
  pruneNonces: prune("nonces"),
  pruneEvents: `
    DELETE FROM events WHERE appid = $1 AND number < (
      SELECT number FROM events WHERE appid = $1 AND (at >= $2 OR number >= least(
        (SELECT last_number FROM event_heads WHERE appid = $1),
        (SELECT min(number) FROM events WHERE appid = $1) + $3))
      ORDER BY number LIMIT 1)`,
  listOldMessages: `
    SELECT d.message_id, d.settled_at, m.accepted_at
    FROM (
      SELECT message_id, settled_at FROM deliveries WHERE appid = $1 AND message_id > $2
      ORDER BY message_id LIMIT ${POSTGRES_LIMITS.pruneStep}) d
    CROSS JOIN LATERAL (
      SELECT m.accepted_at FROM messages m WHERE m.appid = $1 AND m.message_id = d.message_id OFFSET 0) m
    ORDER BY d.message_id`,
  pruneMessages: `
    WITH old AS (SELECT json_array_elements_text($2::text::json) AS message_id),
    messages AS (DELETE FROM messages WHERE appid = $1 AND message_id IN (SELECT message_id FROM old))
    DELETE FROM deliveries WHERE appid = $1 AND message_id IN (SELECT message_id FROM old)`,

  findKey: `
    SELECT body_hash, message_id FROM idempotency_keys WHERE appid = $1 AND principal = $2 AND key = $3`,
  findMessage: `${SUMMARY} WHERE d.appid = $1 AND d.message_id = $2`,
  listMessages: `
    ${SUMMARY}
    WHERE d.appid = $1 AND ($2::text IS NULL OR ${STATE} = $2) AND ($3::text IS NULL OR d.message_id < $3)
      AND ($5::integer IS NULL OR d.scene = $5)
    ORDER BY d.message_id DESC LIMIT $4`,
  listMessagesOfPerson: `
    SELECT ${SUMMARY_COLUMNS}
    FROM messages m JOIN deliveries d ON d.appid = m.appid AND d.message_id = m.message_id
    WHERE m.appid = $1 AND ($2::text IS NULL OR ${STATE} = $2) AND ($3::text IS NULL OR m.message_id < $3)
      AND ($5::integer IS NULL OR m.scene = $5) AND m.openid = $6
    ORDER BY m.message_id DESC LIMIT $4`,
  listGrantsOfSlot: `
    SELECT * FROM grants WHERE appid = $1 AND openid = $2 AND scene = $3 ORDER BY generation DESC LIMIT $4`,
  listConfirmations: `
    SELECT * FROM confirmations WHERE appid = $1 AND openid = $2 AND scene = $3 ORDER BY number DESC LIMIT $4`,
  listGrants: `
    SELECT * FROM grants
    WHERE appid = $1 AND ($2::text IS NULL OR state = $2) AND ($3::integer IS NULL OR scene = $3)
      AND (openid, scene, generation) > ($4, $5, $6)
    ORDER BY openid, scene, generation LIMIT $7`,
  listGrantsOfPerson: `
    SELECT * FROM grants
    WHERE appid = $1 AND ($2::text IS NULL OR state = $2) AND ($3::integer IS NULL OR scene = $3)
      AND (openid, scene, generation) > ($4, $5, $6) AND openid = $8
    ORDER BY openid, scene, generation LIMIT $7`,
  listEvents: `
    SELECT number, events FROM events WHERE appid = $1 AND number > $2 AND number < $3 + ${EVENTS_IN_ROW} + (
      SELECT number FROM events WHERE appid = $1 AND number > $2 ORDER BY number LIMIT 1)
    ORDER BY number`,
  countDecisions: "SELECT * FROM decisions WHERE appid = $1 AND link_id = $2",
  findState: `
    SELECT s.state, a.record, yici_now() AS now
    FROM account_states s JOIN accounts a ON a.appid = s.appid WHERE s.appid = $1`,

  findToken: "SELECT version, sealed, expires_at FROM tokens WHERE appid = $1 AND version > 0",
  claimToken: `
    INSERT INTO tokens AS t (appid, version, sealed, expires_at, claimed_by, claimed_until) VALUES ($1, 0, '', 0, $3, $4)
    ON CONFLICT (appid) DO UPDATE SET claimed_by = $3, claimed_until = $4
    WHERE t.version = $2 AND (t.claimed_until <= $5 OR t.claimed_by = $3) RETURNING appid`,
  replaceToken: `
    INSERT INTO tokens AS t (appid, version, sealed, expires_at) VALUES ($1, $2 + 1, $3, $4)
    ON CONFLICT (appid) DO UPDATE SET version = excluded.version, sealed = excluded.sealed, expires_at = excluded.expires_at,
      claimed_by = NULL, claimed_until = 0
    WHERE t.version = $2 RETURNING version, sealed, expires_at`,

  addAccount: `
    WITH added AS (
      INSERT INTO accounts (appid, code, created_at, record) VALUES ($1, $2, $3, $4::text::json)
      ON CONFLICT DO NOTHING RETURNING appid),
    state AS (INSERT INTO account_states (appid, state) SELECT appid, '{}' FROM added)
    SELECT appid FROM added`,
  replaceAccount: `
    WITH replaced AS (
      UPDATE accounts SET code = $2, created_at = $3, record = $4::text::json WHERE appid = $1 RETURNING appid),
    noted AS (UPDATE account_states SET version = version + 1 WHERE appid = $1)
    SELECT appid FROM replaced`,
  findAccount: "SELECT record FROM accounts WHERE appid = $1",
  findAccountByCode: "SELECT record FROM accounts WHERE code = $1",
  listAccounts: "SELECT record FROM accounts ORDER BY created_at, appid",
  listAppIds: "SELECT appid FROM accounts WHERE appid > $1 ORDER BY appid LIMIT $2",

  addLink: `
    INSERT INTO links (appid, link_id, scene, title, created_at) VALUES ($1, $2, $3, $4, $5)`,
  findLink: "SELECT * FROM links WHERE appid = $1 AND link_id = $2",
  listLinks: "SELECT * FROM links WHERE appid = $1 ORDER BY created_at, link_id",

  addKey: `
    INSERT INTO keys (key_id, hash, principal, rights, created_at, revoked_at)
    VALUES ($1, $2, $3, $4::text::json, $5, $6)`,
  findKeyByHash: "SELECT * FROM keys WHERE hash = $1",
  listKeys: "SELECT * FROM keys ORDER BY created_at, key_id",
  revokeKey:
    "UPDATE keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL RETURNING key_id",

  putComponent: `
    INSERT INTO components (appid, ${COMPONENT}) VALUES ($1, $2::text::json, $3, $4, $5, $6)
    ON CONFLICT (appid) DO UPDATE SET platform = excluded.platform, sealed_secret = excluded.sealed_secret,
      sealed_push_token = excluded.sealed_push_token, sealed_push_key = excluded.sealed_push_key`,
  findComponent: "SELECT * FROM components WHERE appid = $1",
  listComponents: "SELECT * FROM components ORDER BY created_at, appid",
  saveTicket: "UPDATE components SET sealed_ticket = $2 WHERE appid = $1",

  findSetting: "SELECT value FROM settings WHERE name = $1",
  putSetting: `
    INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
} as const;
