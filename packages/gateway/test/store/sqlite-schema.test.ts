import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld, SqliteFile } from "@yici/runtime";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import {
  ANN,
  APPID,
  DAY_MS,
  LedgerScene,
  NO_GRANT,
  OK,
  SCENE,
  UNANSWERED,
} from "./ledger-scene.ts";

/** Tables of the installation, which belong to no account. */
const OF_NO_ACCOUNT = ["keys", "migrations", "settings"];

/** Statements that look at all accounts, and so read one short row or two index entries of each. */
const OF_ALL_ACCOUNTS = /^(SELECT|WITH)\b.*\bFROM accounts\b/s;

test("every table is strict, and its primary key begins with appid, but for those of the installation", () => {
  using file = openFile();
  const tables = file
    .prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
    .all()
    .map(({ name, strict }) => ({ name: String(name), isStrict: strict === 1 }))
    .filter(({ name }) => !name.startsWith("sqlite_"));
  const firstKey = "SELECT name FROM pragma_table_info(?) WHERE pk = 1";

  const strays = tables
    .filter(({ name }) => file.prepare(firstKey).get(name)?.["name"] !== "appid")
    .map(({ name }) => name);

  assert.ok(tables.length > OF_NO_ACCOUNT.length);
  assert.ok(tables.every(({ isStrict }) => isStrict));
  assert.deepEqual(strays.toSorted(), OF_NO_ACCOUNT);
});

test("every index but the account's code and the keys' hash begins with appid", () => {
  using file = openFile();

  const strays = file
    .prepare(
      `SELECT t.name || '.' || i.name AS name
       FROM pragma_table_list t JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) i
       WHERE t.schema = 'main' AND l.origin <> 'pk' AND i.seqno = 0 AND i.name <> 'appid'`,
    )
    .all()
    .map(({ name }) => String(name));

  assert.deepEqual(strays.toSorted(), ["accounts.code", "keys.hash"]);
});

test("every statement of the ledger names the account and finds its rows by key or index", async (t) => {
  const { mock } = t.mock.method(SqliteFile.prototype, "prepare");
  await tellEverything();
  const statements = new Set(mock.calls.map(({ arguments: [sql] }) => sql.trim()));
  mock.restore();
  using file = openFile();

  const ofOneAccount = [...statements].filter((sql) => !OF_ALL_ACCOUNTS.test(sql));
  const nameless = ofOneAccount.filter((sql) => !/\bappid\b/.test(sql));
  const scans = ofOneAccount.flatMap((sql) =>
    file
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => `${String(detail)} in ${sql}`)
      .filter((detail) =>
        /^SCAN (?!\(subquery|CONSTANT|json_each)|^SEARCH (?!.*\bappid=\?|.*\(rowid=\?\)|\(subquery)/.test(
          detail,
        ),
      ),
  );
  // A table is searched by more than its account, unless a few rows of one account are all that is wanted.
  const broad = ofOneAccount.flatMap((sql) =>
    file
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => `${String(detail)} in ${sql}`)
      .filter((detail) =>
        /^SEARCH (?!accounts|tokens|links|events)\S+ .*\(appid=\?\)/.test(detail),
      ),
  );

  assert.ok(statements.size > 40);
  assert.deepEqual(nameless, []);
  assert.deepEqual(scans, []);
  assert.deepEqual(broad, []);
});

/** A story in which every method of the ledger has its part. */
async function tellEverything(): Promise<void> {
  const makePlace = () => ({
    open: async (world: Parameters<typeof SqliteStore.open>[0]["world"]) =>
      SqliteStore.open({ path: ":memory:", world }),
    drop: async () => undefined,
  });
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  const { store } = scene;
  const slot = { appid: APPID, openid: ANN, scene: SCENE };
  await scene.decline();
  await scene.confirm(ANN, { asking: 1, issuedAt: scene.now });
  await scene.confirm(ANN, { asking: 1, issuedAt: scene.now });
  await store.importGrant(slot, 1, scene.now);
  await scene.accept("m1", ANN, { idempotency: { key: "k", bodyHash: "b" } });
  await scene.accept("m1", ANN, { idempotency: { key: "k", bodyHash: "b" } });
  await scene.accept("m2", ANN, { whenNoGrant: "wait" });
  const attempt = await scene.begin("m1");
  await scene.confirm(ANN);
  await scene.end(attempt, UNANSWERED);
  await scene.end(attempt, OK);
  await scene.send("m2", NO_GRANT);
  await store.cancel(APPID, "m2", scene.now);
  await scene.accept("m3", ANN);
  await scene.confirm(ANN);
  await scene.accept("m4", ANN);
  await scene.send("m4", NO_GRANT);
  await store.reinstateGrant(slot, 3, scene.now);
  const pause = { reason: "operator", errcode: undefined, detail: "", pausedAt: 1 };
  await store.pauseAccount(APPID, { ...pause, until: scene.now + 1 }, scene.now);
  await store.resumeAccount(APPID, scene.now);
  await store.findPause(APPID);
  await store.claimToken(APPID, { version: 0, by: "one", now: 1, until: 2 });
  await store.replaceToken(APPID, 0, "sealed", 1);
  await store.findToken(APPID);
  await scene.advance(DAY_MS);
  await scene.sweep();
  await store.findNextDueAt();
  await store.listDueAccounts(scene.now, 1);
  await store.countDecisions(APPID, "link");
  await store.findSlot(slot);
  await store.findMessage(APPID, "m1");
  await store.listEvents(APPID, 0, 1);
}

function openFile(): SqliteFile & Disposable {
  const file = SqliteFile.open({
    path: ":memory:",
    migrations: MIGRATIONS,
    now: createManualWorld().now(),
  });
  return Object.assign(file, { [Symbol.dispose]: () => file.close() });
}
