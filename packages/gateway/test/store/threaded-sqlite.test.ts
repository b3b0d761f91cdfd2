import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { StoreError } from "@yici/protocol";
import { createManualWorld, DatabaseError } from "@yici/runtime";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { openThreadedStore } from "../../src/store/sqlite/thread/threaded-store.ts";
import { testStore } from "./conformance.ts";
import { APPID } from "./ledger-scene.ts";
import type { Place } from "./store-engine.ts";

testStore(
  { name: "SQLite in a thread of its own", makePlace },
  { name: "SQLite in memory", makePlace: makeMemory }, // Two hundred threads would tell no more.
);

test("a second store on the same file is refused with the reason, although it opens in another thread", async () => {
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

test("a caller's mistake comes back as what it is", async () => {
  const place = makePlace();
  const world = createManualWorld();
  const store = await place.open(world);
  const claim = { appid: APPID, leaseId: "l", limit: 1, leaseMs: -1, now: world.now() };

  await assert.rejects(store.lease(claim), RangeError);

  await store.close();
  await place.drop();
});

test("when the thread dies, calls under way have failed with nobody knowing, later ones are not written, and the owner is told", async () => {
  const world = createManualWorld();
  const told = Promise.withResolvers<Error>();
  const program = new URL("dying-thread.ts", import.meta.url);
  const store = await openThreadedStore({ path: "", world, program, onCrash: told.resolve });

  const underWay = await store.listAccounts().catch((error: unknown) => error);
  const crash = await told.promise;
  const later = await store.listAccounts().catch((error: unknown) => error);

  assert.ok(underWay instanceof StoreError);
  assert.equal(underWay.isCommitUnknown, true);
  assert.match(String(crash.cause), /the thread's own end/);
  assert.ok(later instanceof StoreError);
  assert.equal(later.isCommitUnknown, false);
  await store.close();
});

function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "yici-store-"));
  const onCrash = (error: Error): void => assert.ifError(error);
  return {
    open: (world, policy) =>
      openThreadedStore({
        path: join(folder, "yici.db"),
        world,
        onCrash,
        ...(policy && { policy }),
      }),
    drop: async () => rmSync(folder, { recursive: true }),
  };
}

function makeMemory(): Place {
  return {
    open: async (world, policy) =>
      SqliteStore.open({ path: ":memory:", world, ...(policy && { policy }) }),
    drop: async () => undefined,
  };
}
