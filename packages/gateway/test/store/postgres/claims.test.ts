import assert from "node:assert/strict";
import { test } from "node:test";
import postgres from "postgres";
import {
  ANN,
  APPID,
  BOB,
  buildAccount,
  known,
  LEASE_MS,
  LedgerScene,
  OK,
  type StartedAttempt,
  UNANSWERED,
} from "../ledger-scene.ts";
import { makePostgresPlace } from "./postgres-places.ts";

/** A scene, and what is claimed in its database. */
interface ClaimScene extends AsyncDisposable {
  readonly scene: LedgerScene;
  countClaims(): Promise<{ readonly leases: number; readonly starts: number }>;
  /** As a tool does that rewrites tables. */
  moveRows(table: "deliveries" | "grants"): Promise<void>;
  /** Keeps everybody from the account's state. */
  lockAccount(): Promise<AccountLock>;
}

interface AccountLock extends AsyncDisposable {
  /** Resolves when so many wait for it. */
  isAwaitedBy(count: number): Promise<void>;
  release(): Promise<void>;
}

async function openClaimScene(): Promise<ClaimScene> {
  const place = makePostgresPlace();
  const sql = postgres(await place.url(), { max: 1 });
  const engine = { name: "PostgreSQL", isShared: true, makePlace: () => place };
  const scene = await LedgerScene.open(engine);
  return {
    scene,
    async countClaims() {
      const [row] = await sql.unsafe(`
        SELECT (SELECT count(*) FROM leases)::integer AS leases, (SELECT count(*) FROM starts)::integer AS starts`);
      return { leases: Number(row?.["leases"]), starts: Number(row?.["starts"]) };
    },
    async moveRows(table) {
      await sql.unsafe(`UPDATE ${table} SET scene = scene`);
    },
    async lockAccount() {
      const holder = postgres(await place.url(), { max: 1 });
      await holder.unsafe("BEGIN; SELECT FROM account_states FOR UPDATE");
      return {
        async isAwaitedBy(count) {
          const waiting =
            "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
          while ((await sql.unsafe(waiting)).length < count);
        },
        release: async () => void (await holder.unsafe("COMMIT")),
        [Symbol.asyncDispose]: () => holder.end(),
      };
    },
    async [Symbol.asyncDispose]() {
      await sql.end();
      await scene[Symbol.asyncDispose]();
    },
  };
}

test("a lease is one row, a round's starts are one, and both go with the last of what they claim", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  const messageIds = ["m1", "m2"];
  for (const openid of [ANN, BOB]) await scene.confirm(openid);
  await scene.accept("m1", ANN);
  await scene.accept("m2", BOB);
  const { leaseId } = await scene.lease();
  const leased = await claims.countClaims();
  const starts = messageIds.map((messageId) => ({ appid: APPID, messageId, leaseId }));
  await scene.store.advance({ settlements: [], starts, now: scene.now });
  const started = await claims.countClaims();

  await scene.end({ messageId: "m1", leaseId, number: 1 }, OK);
  const half = await claims.countClaims();
  await scene.end({ messageId: "m2", leaseId, number: 1 }, UNANSWERED);

  assert.deepEqual(leased, { leases: 1, starts: 0 });
  assert.deepEqual(started, { leases: 0, starts: 1 });
  assert.deepEqual(half, { leases: 0, starts: 1 });
  assert.deepEqual(await claims.countClaims(), { leases: 0, starts: 0 });
});

test("what a process that died had claimed is taken over when its leases have ended, and nothing of them is left", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  for (const openid of [ANN, BOB]) await scene.confirm(openid);
  await scene.accept("m1", ANN);
  await scene.accept("m2", BOB);
  const { leaseId } = await scene.lease();
  await scene.start("m1", leaseId);
  await scene.reopen();

  const early = await scene.lease();
  await scene.advance(LEASE_MS);
  await scene.sweep();
  const { leaseId: next, messageIds } = await scene.lease();
  await scene.start("m2", next);
  await scene.end({ messageId: "m2", leaseId: next, number: 1 }, OK);
  await scene.sweep();

  assert.deepEqual(early.messageIds, []);
  assert.deepEqual(messageIds, ["m2"]);
  assert.equal((await scene.delivery("m1")).doubt, "unanswered");
  assert.deepEqual(await claims.countClaims(), { leases: 0, starts: 0 });
});

test("a send that ends meets what another process heard meanwhile", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  const other = await scene.openOther();
  await scene.confirm(ANN);
  await scene.accept("m1", ANN);
  const attempt = await scene.begin("m1");

  const heard = await other.confirm(scene.buildConfirmed(ANN), scene.now);
  await scene.end(attempt, OK);

  assert.equal(heard.kind === "recorded" && heard.effect, "noted");
  assert.deepEqual(await scene.slot(ANN), ["spent", "available"]);
});

for (const table of ["deliveries", "grants"] as const) {
  test(`a send that ends finds its row of ${table} when somebody has moved it`, async () => {
    await using claims = await openClaimScene();
    const { scene } = claims;
    const { attempt } = await beginOneOfTwo(scene);
    await claims.moveRows(table);

    const outcome = await scene.end(attempt, OK);

    assert.equal(outcome.kind, "settled");
    assert.equal((await scene.delivery("m1")).state, "delivered");
    assert.deepEqual(await scene.slot(ANN), ["spent"]);
  });
}

test("a send that ends late meets what another process made of it meanwhile", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  const other = await scene.openOther();
  await scene.confirm(ANN);
  await scene.accept("m1", ANN);
  const attempt = await scene.begin("m1");
  await scene.advance(LEASE_MS);
  await other.sweep(scene.now, 10);

  const outcome = await scene.end(attempt, OK);

  const { attempts } = known(await scene.store.findMessage(APPID, "m1"));
  assert.equal(outcome.kind, "late");
  assert.deepEqual(
    attempts.map(({ isLate, outcome: told }) => [isLate, told?.kind]),
    [[true, "answered"]],
  );
});

test("a lease that another process gives back is lost for the one that had it", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  const other = await scene.openOther();
  await scene.confirm(ANN);
  await scene.accept("m1", ANN);
  const { leaseId } = await scene.lease();

  await other.releaseLease(APPID, leaseId, scene.now);
  const outcome = await scene.start("m1", leaseId);

  assert.deepEqual(outcome, { kind: "refused" });
  assert.deepEqual((await scene.lease()).messageIds, ["m1"]);
});

test("a round of what is remembered meets a pause that another process has made meanwhile", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  const other = await scene.openOther();
  const { attempt, leaseId } = await beginOneOfTwo(scene);

  await other.pauseAccount(APPID, { ...PAUSE, pausedAt: scene.now }, scene.now);
  const outcome = await scene.start("m2", leaseId);
  await scene.end(attempt, OK);

  assert.deepEqual(outcome, { kind: "refused" });
  assert.equal((await scene.store.findPause(APPID))?.reason, "operator");
  assert.equal((await scene.delivery("m1")).state, "delivered");
});

test("a round of what is remembered keeps a limit that another process has set meanwhile", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  const other = await scene.openOther();
  const { leaseId } = await beginOneOfTwo(scene);

  const limits = { perSecond: undefined, inFlight: 1 };
  await other.replaceAccount({ ...buildAccount(APPID, "aaaa"), limits });
  const outcome = await scene.start("m2", leaseId);

  assert.equal(outcome.kind, "deferred");
});

test("what was read before a lease and cancelled meanwhile by the same process is not leased", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  await beginOneOfTwo(scene, { limit: 1 });

  const [{ messageIds }] = await Promise.all([
    scene.lease(),
    scene.store.cancel(APPID, "m2", scene.now),
  ]);

  assert.deepEqual(messageIds, []);
  assert.equal((await scene.delivery("m2")).state, "cancelled");
});

test("what was read before a lease and cancelled meanwhile by another process is not leased", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  const other = await scene.openOther();
  await beginOneOfTwo(scene, { limit: 1 });
  await using lock = await claims.lockAccount();

  const cancelled = other.cancel(APPID, "m2", scene.now);
  await lock.isAwaitedBy(1);
  const leased = scene.lease();
  await lock.isAwaitedBy(2);
  await lock.release();

  assert.equal((await cancelled).kind, "cancelled");
  assert.deepEqual((await leased).messageIds, []);
});

test("what two processes read before they lease is leased by one of them", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  const other = await scene.openOther();
  await beginOneOfTwo(scene, { limit: 1 });
  const claim = { appid: APPID, limit: 10, leaseMs: LEASE_MS, now: scene.now };
  await other.lease({ ...claim, leaseId: "known to both" });
  await other.releaseLease(APPID, "known to both", scene.now);
  await using lock = await claims.lockAccount();

  const ours = scene.lease();
  const theirs = other.lease({ ...claim, leaseId: "theirs" });
  await lock.isAwaitedBy(2);
  await lock.release();

  const messageIds = [
    ...(await ours).messageIds,
    ...(await theirs).map(({ messageId }) => messageId),
  ];
  assert.deepEqual(messageIds, ["m2"]);
});

test("a lease of another process that has ended is taken over by whoever reads before it leases", async () => {
  await using claims = await openClaimScene();
  const { scene } = claims;
  const other = await scene.openOther();
  await beginOneOfTwo(scene, { limit: 1 });
  const claim = { appid: APPID, leaseId: "theirs", limit: 10, leaseMs: 1_000, now: scene.now };
  await other.lease(claim);

  const early = await scene.lease();
  await scene.advance(1_000);
  const late = await scene.lease();

  assert.deepEqual(early.messageIds, []);
  assert.deepEqual(late.messageIds, ["m2"]);
});

const PAUSE = { reason: "operator", errcode: undefined, detail: "", until: undefined };

/** Leases two messages, or as many as it is told, and begins to send the first. */
async function beginOneOfTwo(
  scene: LedgerScene,
  parts: { readonly limit?: number } = {},
): Promise<{ readonly leaseId: string; readonly attempt: StartedAttempt }> {
  for (const openid of [ANN, BOB]) await scene.confirm(openid);
  await scene.accept("m1", ANN);
  await scene.accept("m2", BOB);
  const { leaseId } = await scene.lease(parts);
  await scene.start("m1", leaseId);
  return { leaseId, attempt: { messageId: "m1", leaseId, number: 1 } };
}
