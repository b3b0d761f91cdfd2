import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { listMigrations } from "@yici/gateway";
import type { AppId } from "@yici/protocol";
import { createWorld, silentLog, SqliteFile } from "@yici/runtime";
import { openGatewayGround, openGroundOn } from "../../tools/bench/gateway-ground.ts";
import { seedMessages } from "../../tools/bench/seed-messages.ts";

const NOW = 1_795_000_000_000;
const DAY_MS = 86_400_000;
const HOME = "http://localhost:1";
const world = createWorld({ log: silentLog, now: () => NOW });

test("a seeded message leaves the rows that an accepted one leaves, in every table", async (t) => {
  const path = makePath(t);
  const database = { kind: "sqlite", path } as const;
  const appid = await addAccount(path);

  // Three, of which the store accepts the first; then one more, which it accepts itself.
  const batch = { appids: [appid], dueAt: NOW + DAY_MS };
  const three = { ...batch, perAccount: 3, firstNumber: 0 };
  const seeded = await seedMessages(database, world, three);
  const one = { ...batch, perAccount: 1, firstNumber: 3 };
  const single = await seedMessages(database, world, one);

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

for (const engine of ["sqlite", "postgres"] as const) {
  test(`seeded messages are all the store's own, on ${engine}: none is another's, and events have no gap`, async () => {
    await using ground = await openGatewayGround(1, engine);
    const now = ground.world.now();
    const appids = [await ground.addAccount(1, HOME), await ground.addAccount(2, HOME)];

    await ground.reopen(async (database) => {
      for (const firstNumber of [0, 8]) {
        const batch = { appids, perAccount: 4, dueAt: now + DAY_MS, firstNumber };
        await seedMessages(database, ground.world, batch);
      }
    });

    for (const appid of appids) {
      const messages = await ground.store.listMessages({ appid, after: undefined, limit: 100 });
      assert.equal(new Set(messages.map(({ message }) => message.openid)).size, 8);
      const messageId = messages[0]?.message.messageId ?? "";
      const outcome = await ground.store.cancel(appid, messageId, now);
      assert.equal(outcome.kind, "cancelled");
      const events = await ground.store.listEvents(appid, 0, 100);
      assert.deepEqual(
        events.map(({ number }) => number),
        Array.from({ length: 17 }, (_, index) => index + 1),
      );
    }
  });
}

function makePath(t: { after(release: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-seed-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "gateway.db");
}

async function addAccount(path: string): Promise<AppId> {
  await using ground = await openGroundOn({ kind: "sqlite", path }, 1);
  return await ground.addAccount(1, HOME);
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
      const grant = file.prepare("SELECT rowid AS place FROM grants WHERE openid = ?").get(openid);
      const own = `"grant_row":${String(grant?.["place"])}`;
      const found = tables.map((table) => {
        const all = file.prepare(`SELECT * FROM ${table}`).all();
        const texts = all.map((row) => JSON.stringify({ ...row, number: 0 }));
        const ours = texts.filter((text) => text.includes(openid) || text.includes(id));
        return [
          table,
          ours.map((text) =>
            text.replaceAll(openid, "PERSON").replaceAll(id, "ID").replace(own, "ITS GRANT"),
          ),
        ] as const;
      });
      return { rows: Object.fromEntries(found.filter(([, ours]) => ours.length > 0)) };
    });
  } finally {
    file.close();
  }
}
