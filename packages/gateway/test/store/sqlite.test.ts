import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createManualWorld, DatabaseError } from "@yici/runtime";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { testStore } from "./conformance.ts";
import { ANN, APPID, BOB, known, LEASE_MS, LedgerScene, OK, OTHER_APPID } from "./ledger-scene.ts";
import type { Place } from "./store-engine.ts";

testStore({ name: "SQLite", makePlace }, { name: "SQLite in memory", makePlace: makeMemory });

test("a second store on the same file is refused, until the first one is closed", async () => {
  const place = makePlace();
  const world = createManualWorld();
  const first = await place.open(world);

  const inUse = await place.open(world).catch((error: unknown) => error);
  await first.close();
  const second = await place.open(world);

  assert.ok(inUse instanceof DatabaseError);
  assert.equal(inUse.code, "YICI_DATABASE_IN_USE");
  await second.close();
  await place.drop();
});

test("what a process that died was sending is taken over as soon as the file is opened again, before its lease ends", async () => {
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  await scene.confirm(ANN);
  await scene.accept("m1", ANN, { whenInDoubt: "stop" });
  await scene.begin("m1");

  await scene.sweep();
  const whileItLives = (await scene.delivery("m1")).state;
  await scene.reopen();
  const found = (await scene.delivery("m1")).state;
  await scene.sweep();

  assert.equal(whileItLives, "sending");
  assert.equal(found, "sending");
  assert.equal((await scene.delivery("m1")).state, "uncertain");
});

test("what a process that died was sending is taken over also where others that began with it have ended", async () => {
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  await scene.confirm(ANN);
  await scene.confirm(BOB);
  await scene.accept("m1", ANN);
  await scene.accept("m2", BOB);
  const { leaseId, messageIds } = await scene.lease();
  const starts = messageIds.map((messageId) => ({ appid: APPID, messageId, leaseId }));
  await scene.store.advance({ settlements: [], starts, now: scene.now });
  await scene.end({ messageId: "m1", leaseId, number: 1 }, OK);

  await scene.reopen();
  await scene.sweep();

  assert.equal((await scene.delivery("m1")).state, "delivered");
  assert.equal((await scene.delivery("m2")).doubt, "unanswered");
});

test("what was leased and not begun is free as soon as the file is opened again", async () => {
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  await scene.confirm(ANN);
  await scene.accept("m1", ANN);
  await scene.lease();

  await scene.reopen();

  assert.deepEqual(await scene.store.listDueAccounts(scene.now, 10), [APPID]);
  assert.deepEqual((await scene.lease()).messageIds, ["m1"]);
});

test("sends of two accounts that differ in nothing else are both written when one round ends them", async () => {
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  const { store, now } = scene;
  const appids = [APPID, OTHER_APPID];
  const sends = appids.map((appid) => ({ appid, messageId: "m1", leaseId: "lease" }));
  for (const appid of appids) {
    await scene.confirm(ANN, { appid });
    await scene.accept("m1", ANN, { appid });
    await store.lease({ appid, leaseId: "lease", limit: 1, leaseMs: LEASE_MS, now });
  }
  await store.advance({ settlements: [], starts: sends, now });

  const ended = { attemptNumber: 1, outcome: OK, chance: 0 };
  const settlements = sends.map((send) => ({ ...send, ...ended }));
  await store.advance({ settlements, starts: [], now });

  await scene.reopen();
  for (const appid of appids) {
    const { delivery } = known(await scene.store.findMessage(appid, "m1"));
    const [grant] = await scene.grants(ANN, appid);
    assert.deepEqual([delivery.state, grant?.state], ["delivered", "spent"]);
  }
});

test("when all that was leased has been sent or cancelled, nothing falls due any more", async () => {
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  await scene.confirm(ANN);
  await scene.confirm(BOB);
  await scene.accept("m1", ANN);
  await scene.accept("m2", BOB);
  const { leaseId } = await scene.lease();
  await scene.start("m1", leaseId);

  await scene.store.cancel(APPID, "m2", scene.now);
  await scene.end({ messageId: "m1", leaseId, number: 1 }, OK);

  assert.equal(await scene.store.findNextDueAt(), undefined);
});

test("what was leased and not begun falls due again when its lease ends", async () => {
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  await scene.confirm(ANN);
  await scene.accept("m1", ANN);

  await scene.lease();

  assert.equal(await scene.store.findNextDueAt(), scene.now + LEASE_MS);
});

test("a deadline is told as what falls due next until its message is cancelled, and not from then on", async () => {
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  const deadlineAt = scene.now + 1_000;
  await scene.accept("m1", BOB, { deadlineAt, whenNoGrant: "wait" });

  const before = await scene.store.findNextDueAt();
  await scene.store.cancel(APPID, "m1", scene.now);

  assert.equal(before, deadlineAt);
  assert.equal(await scene.store.findNextDueAt(), undefined);
});

test("a deadline that was written before the file was opened is kept, also where something else is due", async () => {
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  await scene.confirm(ANN);
  await scene.accept("m1", BOB, { deadlineAt: scene.now + 1_000, whenNoGrant: "wait" });
  await scene.accept("m2", ANN);
  await scene.reopen();
  await scene.advance(1_000);

  await scene.sweep();

  assert.equal((await scene.delivery("m1")).state, "expired");
});

test("a commit that was undone leaves in memory what the file holds: what is being sent is being sent still", async () => {
  await using scene = await LedgerScene.open({ name: "SQLite", makePlace });
  await scene.confirm(ANN);
  await scene.confirm(BOB);
  await scene.accept("m1", ANN);
  const attempt = await scene.begin("m1");

  const [bad] = await Promise.allSettled([scene.accept("m1", BOB)]);

  assert.equal(bad.status, "rejected");
  assert.equal((await scene.delivery("m1")).state, "sending");
  await scene.sweep();
  assert.equal((await scene.delivery("m1")).state, "sending");
  await scene.end(attempt, OK);
  const { delivery, attempts } = known(await scene.store.findMessage(APPID, "m1"));
  assert.equal(delivery.state, "delivered");
  assert.equal(attempts.length, 1);
});

function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "yici-store-"));
  return {
    open: async (world, policy) =>
      SqliteStore.open({ path: join(folder, "yici.db"), world, ...(policy && { policy }) }),
    drop: async () => rmSync(folder, { recursive: true }),
  };
}

/** A database that is gone when its store is closed. */
function makeMemory(): Place {
  return {
    open: async (world, policy) =>
      SqliteStore.open({ path: ":memory:", world, ...(policy && { policy }) }),
    drop: async () => undefined,
  };
}
