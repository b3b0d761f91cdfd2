import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld, createWorld, type ManualWorld, silentLog } from "@yici/runtime";
import postgres from "postgres";
import type { PostgresStoreOptions } from "../../../src/store/postgres/postgres-options.ts";
import { PostgresStore } from "../../../src/store/postgres/postgres-store.ts";
import type { Changed, Store } from "../../../src/store/store.ts";
import { ANN, APPID, buildAccount, LEASE_MS, LedgerScene, SCENE } from "../ledger-scene.ts";
import { makePostgresPlace } from "./postgres-places.ts";

const ENGINE = { name: "PostgreSQL", isShared: true, makePlace: () => makePostgresPlace() };
const HOUR_MS = 3_600_000;

/** Two stores on one database whose processes' clocks are hours apart; when it is, the database says. */
interface SkewedScene extends AsyncDisposable {
  readonly slow: Store;
  readonly slowWorld: ManualWorld;
  readonly fast: Store;
  readonly fastWorld: ManualWorld;
}

async function openSkewed(): Promise<SkewedScene> {
  const now = createWorld({ log: silentLog }).now();
  const place = makePostgresPlace({ clock: "database" });
  const slowWorld = createManualWorld({ startAt: now - 2 * HOUR_MS });
  const fastWorld = createManualWorld({ startAt: now + 2 * HOUR_MS });
  const [slow, fast] = [await place.open(slowWorld), await place.open(fastWorld)];
  await slow.addAccount(buildAccount(APPID, "aaaa"));
  return {
    slow,
    slowWorld,
    fast,
    fastWorld,
    async [Symbol.asyncDispose]() {
      await Promise.all([slow.close(), fast.close()]);
      await place.drop();
    },
  };
}

/** One message that is due. */
async function queueMessage(store: Store, now: number): Promise<void> {
  const slot = { appid: APPID, openid: ANN, scene: SCENE };
  await store.importGrant(slot, now, now);
  await store.accept({
    ...slot,
    messageId: "m1",
    content: { title: "title", content: "content" },
    dueAt: 0,
    deadlineAt: Number.MAX_SAFE_INTEGER,
    whenNoGrant: "refuse",
    whenInDoubt: undefined,
    minEvidence: "imported",
    principal: "shop",
    idempotency: undefined,
    now,
  });
}

test("a lease is neither lost early nor held late where the clocks of two processes differ by hours", async () => {
  await using scene = await openSkewed();
  const { slow, slowWorld, fast, fastWorld } = scene;
  await queueMessage(slow, slowWorld.now());
  const claim = { appid: APPID, limit: 1, leaseMs: LEASE_MS };

  const leased = await slow.lease({ ...claim, leaseId: "l1", now: slowWorld.now() });
  const taken = await fast.lease({ ...claim, leaseId: "l2", now: fastWorld.now() });
  const starts = [{ appid: APPID, messageId: "m1", leaseId: "l1" }];
  const round = await slow.advance({ settlements: [], starts, now: slowWorld.now() });
  const swept = await fast.sweep(fastWorld.now(), 10);

  assert.equal(leased.length, 1);
  assert.equal(taken.length, 0);
  assert.deepEqual(round.started, [{ kind: "started", attemptNumber: 1 }]);
  assert.equal(swept, 0);
});

test("when something falls due next is told each process by its own clock", async () => {
  await using scene = await openSkewed();
  const { slow, slowWorld, fast, fastWorld } = scene;
  await queueMessage(slow, slowWorld.now());
  const claim = { appid: APPID, leaseId: "l", limit: 2, leaseMs: LEASE_MS, now: slowWorld.now() };
  await slow.lease(claim);

  const inMs = [
    ((await slow.findNextDueAt()) ?? 0) - slowWorld.now(),
    ((await fast.findNextDueAt()) ?? 0) - fastWorld.now(),
  ];

  for (const ms of inMs) assert.ok(ms > LEASE_MS - 5_000 && ms <= LEASE_MS, `in ${ms} ms`);
});

test("what one process commits is told to the others, with the messages that changed", async () => {
  await using scene = await LedgerScene.open(ENGINE);
  const other = await scene.openOther();
  const isDue = new Promise<void>((resolve) => other.onDue(resolve));
  const changed = new Promise<Changed>((resolve) => other.onChange(resolve));
  await scene.confirm(ANN);

  await scene.accept("m1", ANN);

  await isDue;
  assert.deepEqual(await changed, ["m1"]);
});

test("a process that cannot listen looks again and again", async () => {
  const place = makePostgresPlace({ listenUrl: null });
  await using scene = await LedgerScene.open({ ...ENGINE, makePlace: () => place });
  const other = await scene.openOther();
  let dueCount = 0;
  const changes: Changed[] = [];
  other.onDue(() => (dueCount += 1));
  other.onChange((changed) => changes.push(changed));

  await scene.advance(3_000);

  assert.equal(dueCount, 3);
  assert.deepEqual(changes, ["unknown", "unknown", "unknown"]);
});

test("without prepared statements, as behind a transaction pooler, everything is the same", async () => {
  const options: Partial<PostgresStoreOptions> = { isPreparing: false, listenUrl: null };
  const makePlace = () => makePostgresPlace(options);
  await using scene = await LedgerScene.open({ ...ENGINE, makePlace });
  await scene.confirm(ANN);
  await scene.accept("m1", ANN);
  const { leaseId } = await scene.begin("m1");

  const report = await scene.store.findMessage(APPID, "m1");
  const grants = await scene.store.listGrants({ appid: APPID, limit: 9, after: undefined });

  assert.equal(report?.attempts[0]?.leaseId, leaseId);
  assert.deepEqual(
    grants.map(({ state }) => state),
    ["held"],
  );
});

test("facts wait for the disk, even where the server is set not to", async () => {
  const place = makePostgresPlace();
  const sql = postgres(await place.url(), { max: 1 });
  await using scene = await LedgerScene.open({
    name: "PostgreSQL",
    makePlace: () => ({
      ...place,
      open: async (world) => {
        const url = new URL(await place.url());
        url.searchParams.set("synchronous_commit", "off");
        return PostgresStore.open({ url: url.href, clock: "caller", world });
      },
    }),
  });
  await sql.unsafe(NOTE_SETTING);

  await scene.confirm(ANN);

  const seen = await sql.unsafe("SELECT setting FROM seen");
  await sql.unsafe("DROP TABLE seen; DROP FUNCTION note_setting CASCADE");
  await sql.end();
  assert.deepEqual([...seen], [{ setting: "on" }]);
});

/** Notes, whenever an event is written, whether its transaction waits for the disk. */
const NOTE_SETTING = `
  CREATE TABLE seen (setting text);
  CREATE FUNCTION note_setting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO seen VALUES (current_setting('synchronous_commit'));
    RETURN NULL;
  END $$;
  CREATE TRIGGER note AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION note_setting();
`;
