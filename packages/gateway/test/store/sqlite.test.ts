import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createManualWorld, DatabaseError } from "@yici/runtime";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { testStore } from "./conformance.ts";
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
