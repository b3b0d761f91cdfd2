import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { OpenId } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import postgres from "postgres";
import { dumpSchema } from "../../../../../tools/postgres/dump-schema.ts";
import { HEAD } from "../../../../../tools/postgres/render-schema.ts";
import type { Acceptance } from "../../../src/store/ledger.ts";
import { COLUMNS } from "../../../src/store/postgres/column-lists.ts";
import { LOAD_FUNCTION } from "../../../src/store/postgres/load-function.ts";
import { STATEMENTS } from "../../../src/store/postgres/statements.ts";
import { WRITE_FUNCTIONS } from "../../../src/store/postgres/write-function.ts";
import type { Store } from "../../../src/store/store.ts";
import { ANN, LedgerScene, OK } from "../ledger-scene.ts";
import { makePostgresPlace } from "./postgres-places.ts";

/** Tables of the installation, which belong to no account. `accounts` does: it is told from its code too. */
const OF_NO_ACCOUNT = ["keys", "migrations", "settings"];

/** Indexes by which an account is found: the code in an address, the hash of a key, and whose turn it is. */
const ACROSS_ACCOUNTS = [
  "accounts_code_key",
  "due_accounts_due",
  "due_accounts_sweep",
  "keys_hash_key",
];

/**
 * Statements that name no account: those of the installation's tables, those that ask whose turn it is, and the notice that
 * tells of several commits. */
const NAMELESS = [
  "findAccountByCode",
  "findKeyByHash",
  "findNext",
  "findSetting",
  "listAccounts",
  "listAppIds",
  "listComponents",
  "listDueAccounts",
  "listKeys",
  "listSweepAccounts",
  "notify",
  "revokeKey",
];

test("every primary key begins with appid, but for those of the installation", async () => {
  const strays = await query(`
    SELECT c.conrelid::regclass::text AS name FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace AND a.attname <> 'appid' ORDER BY 1`);
  const keyless = await query(`
    SELECT relname AS name FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')`);

  assert.deepEqual(strays, OF_NO_ACCOUNT);
  assert.deepEqual(keyless, []);
});

test("every index begins with appid, but for those by which an account is found", async () => {
  const names = await query(`
    SELECT c.relname AS name FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace AND a.attname <> 'appid' ORDER BY 1`);

  assert.deepEqual(names, ACROSS_ACCOUNTS);
});

test("every statement names its account, but for a few that are listed", () => {
  const nameless = Object.entries(STATEMENTS)
    .filter(([, sql]) => !/\bappid = \$1|\(appid,[^)]*\)\s+VALUES \(\$1|\(\$1[,)]/.test(sql))
    .map(([name]) => name);

  assert.deepEqual(nameless.toSorted(), NAMELESS);
});

test("every statement inside of our functions that touches a table names the account", () => {
  const touches =
    /(?:FROM|JOIN|UPDATE|INTO) (?:accounts|account_states|slots|grants|confirmations|nonces|decisions|messages|deliveries|idempotency_keys|events|event_heads|due_accounts|waiters|leases|starts)\b/;
  const statements = `${LOAD_FUNCTION}${WRITE_FUNCTIONS}`
    .replaceAll(/--.*$/gm, "")
    .split(/;|\bSELECT FROM\b|\bUNION\b/)
    .filter((part) => touches.test(part));

  // Rows that are written bring their account with them.
  const nameless = statements.filter(
    (part) => !/p_appid/.test(part) && !/SELECT \* FROM unnest\(p_/.test(part),
  );

  assert.ok(statements.length > 30);
  assert.deepEqual(nameless, []);
});

test("rows that are written by position have the columns of their tables, in that order", async () => {
  const columns = await query(`
    SELECT a.attrelid::regclass::text || '.' || a.attname AS name FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
    ORDER BY a.attrelid, a.attnum`);

  for (const [table, names] of Object.entries(COLUMNS)) {
    assert.deepEqual(
      columns.filter((name) => name.startsWith(`${table}.`)),
      names.map((name) => `${table}.${name}`),
    );
  }
});

test("the committed document is the schema that the migrations make", async () => {
  const place = makePostgresPlace();
  await (await place.open(createManualWorld())).close();
  const path = new URL("../../../../../docs/reference/postgres-schema.sql", import.meta.url);

  const dump = await dumpSchema(await place.url());

  await place.drop();
  assert.equal(`${HEAD}\n${dump}`, readFileSync(path, "utf8"));
});

test("a connection that made its plans on empty tables reads by key when they are full", async () => {
  const place = makePostgresPlace({ connectionsMax: 1 });
  const engine = { name: "PostgreSQL", isShared: true, makePlace: () => place };
  const sql = postgres(await place.url(), { max: 1 });
  await using scene = await LedgerScene.open(engine);
  for (let times = 0; times < 8; times += 1) await playRound(scene, `early${times}`);
  const other = await place.open(scene.world);
  await fill(other, scene);
  await other.close();
  await hasLeft(sql, 2);
  const before = await countReads(sql);
  for (let times = 0; times < 8; times += 1) await playRound(scene, `late${times}`);

  await scene.store.close();

  await hasLeft(sql, 0);
  const reads = (await countReads(sql)) - before;
  await sql.end();
  assert.ok(reads > 0 && reads < 16 * 250, `${reads} rows were read`);
});

/** Waits until so many connections of ours are left: whoever leaves has its reads counted. */
async function hasLeft(sql: postgres.Sql, count: number): Promise<void> {
  const ours = `
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'yici'`;
  while ((await sql.unsafe(ours)).length > count);
}

/** One message from confirmation to delivery. */
async function playRound(scene: LedgerScene, messageId: string): Promise<void> {
  await scene.confirm(ANN);
  await scene.accept(messageId, ANN, { idempotency: { key: messageId, bodyHash: "b" } });
  await scene.send(messageId, OK);
  await scene.store.listDueAccounts(scene.now, 10);
  await scene.sweep();
}

/** Two thousand people's grants, messages that are not due, and messages that wait. */
async function fill(store: Store, scene: LedgerScene): Promise<void> {
  const people = Array.from({ length: 2_000 }, (_, index) => `oPerson${index}` as OpenId);
  const dueAt = scene.now + 3_600_000;
  const accept = (messageId: string, openid: OpenId, parts: Partial<Acceptance>) =>
    store.accept(scene.buildAcceptance(messageId, openid, parts));
  await Promise.all(people.map((openid) => store.confirm(scene.buildConfirmed(openid), scene.now)));
  await Promise.all(people.map((openid) => accept(`s-${openid}`, openid, { dueAt })));
  await Promise.all(people.map((openid) => accept(`w-${openid}`, openid, { whenNoGrant: "wait" })));
}

async function countReads(sql: postgres.Sql): Promise<number> {
  const [row] = await sql.unsafe(`
    SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname <> 'migrations')
      + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes) AS reads`);
  return Number(row?.["reads"]);
}

/** Names out of the catalogue of a database that was migrated. */
async function query(statement: string): Promise<readonly string[]> {
  const place = makePostgresPlace();
  await (await place.open(createManualWorld())).close();
  const sql = postgres(await place.url(), { max: 1 });
  const rows = await sql.unsafe(statement);
  await sql.end();
  await place.drop();
  return rows.map(({ name }) => String(name));
}
