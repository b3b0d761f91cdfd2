import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { listMigrations } from "@yici/gateway";
import type { AppId } from "@yici/protocol";
import { createWorld, silentLog, SqliteFile } from "@yici/runtime";
import { openGroundOn } from "../../tools/bench/gateway-ground.ts";
import { seedScheduled } from "../../tools/bench/seed-scheduled.ts";

const NOW = 1_795_000_000_000;
const DUE_AT = NOW + 3_600_000;
const world = createWorld({ log: silentLog, now: () => NOW });

test("a seeded message leaves the rows that an accepted one leaves, in every table", async (t) => {
  const path = makePath(t);
  const [appid] = await addAccounts(path, 1);

  // Three, of which the store accepts the first; then one more, which it accepts itself.
  const batch = { appids: [appid], dueAt: DUE_AT };
  const seeded = await seedScheduled(path, world, { ...batch, perAccount: 3, firstNumber: 0 });
  const single = await seedScheduled(path, world, { ...batch, perAccount: 1, firstNumber: 3 });

  assert.deepEqual([seeded, single], [3, 1]);
  const [model, ...others] = readMessages(path, appid);
  assert.equal(others.length, 3);
  assert.deepEqual(Object.keys(model?.rows ?? {}).toSorted(), [
    "deliveries",
    "events",
    "grants",
    "idempotency_keys",
    "messages",
  ]);
  for (const { rows } of others) assert.deepEqual(rows, model?.rows);
});

test("seeded messages are all the store's own: none is another's, and events have no gap", async (t) => {
  const path = makePath(t);
  const appids = await addAccounts(path, 2);

  for (const firstNumber of [0, 8]) {
    await seedScheduled(path, world, { appids, perAccount: 4, dueAt: DUE_AT, firstNumber });
  }

  await using ground = await openGroundOn({ kind: "sqlite", path }, 1);
  for (const appid of appids) {
    const messages = await ground.store.listMessages({ appid, after: undefined, limit: 100 });
    assert.equal(new Set(messages.map(({ message }) => message.openid)).size, 8);
    const events = await ground.store.listEvents(appid, 0, 100);
    assert.deepEqual(
      events.map(({ number }) => number),
      Array.from({ length: 16 }, (_, index) => index + 1),
    );
    const outcome = await ground.store.cancel(appid, messages[0]?.message.messageId ?? "", NOW);
    assert.equal(outcome.kind, "cancelled");
  }
});

function makePath(t: { after(release: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-seed-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "gateway.db");
}

async function addAccounts(path: string, count: number): Promise<readonly [AppId, ...AppId[]]> {
  await using ground = await openGroundOn({ kind: "sqlite", path }, 1);
  const first = await ground.addAccount(1, "http://localhost:1");
  const rest: AppId[] = [];
  while (rest.length + 1 < count) {
    rest.push(await ground.addAccount(rest.length + 2, "http://localhost:1"));
  }
  return [first, ...rest];
}

/** What the file holds of each message of an account, by table, without what tells messages apart. */
function readMessages(path: string, appid: AppId): readonly { readonly rows: object }[] {
  const migrations = listMigrations({ kind: "sqlite", path });
  const file = SqliteFile.open({ path, migrations, now: NOW });
  try {
    const tables = file
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name }) => String(name));
    const deliveries = file
      .prepare("SELECT message_id, openid FROM deliveries WHERE appid = ? ORDER BY message_id")
      .all(appid);
    return deliveries.map((delivery) => {
      const openid = String(delivery["openid"]);
      const messageId = String(delivery["message_id"]);
      const id = messageId.slice(-20);
      const found = tables.map((table) => {
        const all = file.prepare(`SELECT * FROM ${table}`).all();
        const texts = all.map((row) => JSON.stringify({ ...row, number: 0 }));
        const ours = texts.filter((text) => text.includes(openid) || text.includes(id));
        return [
          table,
          ours.map((text) => text.replaceAll(openid, "PERSON").replaceAll(id, "ID")),
        ] as const;
      });
      return { rows: Object.fromEntries(found.filter(([, ours]) => ours.length > 0)) };
    });
  } finally {
    file.close();
  }
}
