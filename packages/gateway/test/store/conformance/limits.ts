import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseOpenId } from "@yici/protocol";
import type { SendLimits } from "../../../src/deliveries/send-limits.ts";
import type { StartOutcome } from "../../../src/store/ledger.ts";
import {
  ANN,
  APPID,
  buildAccount,
  known,
  LEASE_MS,
  LedgerScene,
  OK,
  refusal,
  type StartedAttempt,
  UNANSWERED,
  UNSENT,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

/** Opens after two troubles in a row, for five seconds. */
const BREAKER = { troublesMax: 2, openMs: 5_000, openMaxMs: 60_000, tryMs: 30_000 };

/** Breaker, rate and concurrency: kept in the account's row, so whoever asks is told the same. */
export function testLimits(engine: StoreEngine): void {
  describe("limits", () => {
    test("a send over the account's rate is put off: it is no attempt, and it keeps its grant", async () => {
      await using scene = await openLimited(engine, { perSecond: 5, inFlight: undefined });
      const [first = "", second = ""] = await queue(scene, 2);
      const one = await scene.lease();
      const other = await scene.lease();

      const started = await scene.start(first, one.leaseId);
      const deferred = await scene.start(second, other.leaseId);

      assert.equal(started.kind, "started");
      assert.deepEqual(deferred, { kind: "deferred", until: scene.now + 200 });
      const { state, leaseId, dueAt, attemptNumber } = await scene.delivery(second);
      assert.deepEqual([state, leaseId, dueAt], ["queued", undefined, scene.now + 200]);
      assert.equal(attemptNumber, 0);
    });

    test("what was put off goes out when its time has come", async () => {
      await using scene = await openLimited(engine, { perSecond: 5, inFlight: undefined });
      const [first = "", second = ""] = await queue(scene, 2);
      const one = await scene.lease();
      const other = await scene.lease();
      await scene.start(first, one.leaseId);
      await scene.start(second, other.leaseId);

      await scene.advance(199);
      const early = await scene.lease();
      await scene.advance(1);
      const due = await scene.begin(second);

      assert.deepEqual(early.messageIds, []);
      assert.equal(due.number, 1);
    });

    test("a lease takes no more than may begin now, but one in any case", async () => {
      await using scene = await openLimited(engine, { perSecond: undefined, inFlight: 3 });
      await queue(scene, 8);

      const { leaseId, messageIds } = await scene.lease();
      for (const id of messageIds) await scene.start(id, leaseId);
      const next = await scene.lease();

      assert.equal(messageIds.length, 3);
      assert.equal(next.messageIds.length, 1);
    });

    test("sends in flight are counted over all leases, and each that ends makes room for one", async () => {
      await using scene = await openLimited(engine, { perSecond: undefined, inFlight: 2 });
      const [first = "", second = "", third = ""] = await queue(scene, 3);
      const attempt = await scene.begin(first);
      await scene.begin(second);

      const full = await tryToBegin(scene, third);
      await scene.end(attempt, OK);
      await scene.advance(1_000);
      const roomy = await tryToBegin(scene, third);

      assert.equal(full.kind, "deferred");
      assert.equal(roomy.kind, "started");
    });

    test("a send whose process died makes room when its lease is taken over", async () => {
      await using scene = await openLimited(engine, { perSecond: undefined, inFlight: 1 });
      const [first = ""] = await queue(scene, 1);
      await scene.begin(first);

      await scene.advance(LEASE_MS);
      await scene.sweep();

      assert.equal(await countInFlight(scene), 0);
    });

    test("a late answer 0 to an earlier attempt ends the one in flight, which is counted once", async () => {
      await using scene = await openLimited(engine, { perSecond: undefined, inFlight: 5 });
      const [first = ""] = await queue(scene, 1);
      const lost = await scene.begin(first);
      await scene.advance(LEASE_MS);
      await scene.sweep();
      await scene.advance(LEASE_MS);
      const again = await scene.begin(first);

      await scene.end(lost, OK);
      const afterLate = await countInFlight(scene);
      await scene.end(again, UNANSWERED);

      assert.equal(afterLate, 0);
      assert.equal(await countInFlight(scene), 0);
    });

    test("a settlement that is told twice makes room once", async () => {
      await using scene = await openLimited(engine, { perSecond: undefined, inFlight: 5 });
      const [first = "", second = ""] = await queue(scene, 2);
      const attempt = await scene.begin(first);
      await scene.begin(second);

      await scene.end(attempt, OK);
      await scene.end(attempt, OK);

      assert.equal(await countInFlight(scene), 1);
    });

    test("a limit holds from when it is set, and what is in flight then counts", async () => {
      await using scene = await LedgerScene.open(engine);
      const [first = "", second = ""] = await queue(scene, 2);
      await scene.begin(first);

      await limit(scene, { perSecond: undefined, inFlight: 1 });
      const full = await tryToBegin(scene, second);
      await limit(scene, { perSecond: undefined, inFlight: undefined });
      await scene.advance(1_000);
      const free = await tryToBegin(scene, second);

      assert.deepEqual([full.kind, free.kind], ["deferred", "started"]);
    });

    test("troubles in a row open the breaker: nothing begins until it lets one send try the platform", async () => {
      await using scene = await LedgerScene.open(engine, { breaker: BREAKER });
      const [first = "", second = "", third = ""] = await queue(scene, 3);
      await open(scene, [first, second]);
      const openedAt = scene.now - 1_000;

      const kept = await tryToBegin(scene, third);
      await scene.advance(BREAKER.openMs);
      const tried = await tryToBegin(scene, third);
      const next = await tryToBegin(scene, first);

      assert.deepEqual(kept, { kind: "deferred", until: openedAt + BREAKER.openMs });
      assert.equal(tried.kind, "started");
      assert.deepEqual(next, { kind: "deferred", until: scene.now + BREAKER.tryMs });
      assert.equal((await scene.eventTypes()).at(-1), "account.breaker_opened");
    });

    test("the first answer closes the breaker, even a refusal", async () => {
      await using scene = await LedgerScene.open(engine, { breaker: BREAKER });
      const [first = "", second = "", third = ""] = await queue(scene, 3);
      await open(scene, [first, second]);
      await scene.advance(BREAKER.openMs);

      await scene.end(await begin(scene, third), refusal(40003));
      const next = await tryToBegin(scene, first);

      assert.equal(next.kind, "started");
      assert.equal((await scene.eventTypes()).at(-1), "account.breaker_closed");
    });

    test("what a crash left in flight does not open the breaker", async () => {
      await using scene = await LedgerScene.open(engine, { breaker: BREAKER });
      const ids = await queue(scene, 3);
      for (const id of ids) await scene.begin(id);

      await scene.advance(LEASE_MS);
      await scene.sweep();

      assert.equal((await scene.store.findAccountState(APPID)).breaker.troubles, 0);
    });

    test("an operator's resumption closes the breaker", async () => {
      await using scene = await LedgerScene.open(engine, { breaker: BREAKER });
      const [first = "", second = "", third = ""] = await queue(scene, 3);
      await open(scene, [first, second]);

      await scene.store.resumeAccount(APPID, scene.now);

      assert.equal((await tryToBegin(scene, third)).kind, "started");
    });

    test("breaker, rate and sends in flight outlive a restart", async () => {
      await using scene = await openLimited(engine, { perSecond: 3, inFlight: 7 }, BREAKER);
      const [first = "", second = "", third = ""] = await queue(scene, 3);
      await open(scene, [first, second]);
      await scene.advance(BREAKER.openMs);
      await begin(scene, third);
      const before = await scene.store.findAccountState(APPID);

      await scene.reopen();

      assert.deepEqual(await scene.store.findAccountState(APPID), before);
      assert.equal(before.load.inFlight, 1);
      assert.ok(before.load.bucketFullAt > scene.now);
      assert.ok(before.breaker.opening !== undefined);
    });
  });
}

async function openLimited(
  engine: StoreEngine,
  limits: SendLimits,
  breaker = BREAKER,
): Promise<LedgerScene> {
  const scene = await LedgerScene.open(engine, { breaker });
  await limit(scene, limits);
  return scene;
}

async function limit(scene: LedgerScene, limits: SendLimits): Promise<void> {
  await scene.store.replaceAccount({ ...buildAccount(APPID, "aaaa"), limits });
}

/** Gives `count` people a grant and accepts a message to each. */
async function queue(scene: LedgerScene, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `m${index + 1}`);
  for (const id of ids) {
    const openid = known(parseOpenId(`${ANN}-${id}`));
    await scene.confirm(openid);
    await scene.accept(id, openid);
  }
  return ids;
}

/** Two sends that never left. */
async function open(scene: LedgerScene, messageIds: readonly string[]): Promise<void> {
  for (const messageId of messageIds) {
    await scene.end(await begin(scene, messageId), UNSENT);
    await scene.advance(1_000);
  }
}

/** Leases what may be leased until the message is among it, and asks to start that one alone. */
async function tryToBegin(scene: LedgerScene, messageId: string): Promise<StartOutcome> {
  return (await leaseAndStart(scene, messageId)).outcome;
}

async function begin(scene: LedgerScene, messageId: string): Promise<StartedAttempt> {
  const { leaseId, outcome } = await leaseAndStart(scene, messageId);
  assert.ok(outcome.kind === "started");
  return { messageId, leaseId, number: outcome.attemptNumber };
}

async function leaseAndStart(
  scene: LedgerScene,
  messageId: string,
): Promise<{ readonly leaseId: string; readonly outcome: StartOutcome }> {
  const leaseIds: string[] = [];
  for (;;) {
    const { leaseId, messageIds } = await scene.lease();
    leaseIds.push(leaseId);
    assert.ok(messageIds.length > 0, `${messageId} is due`);
    if (!messageIds.includes(messageId)) continue;
    const outcome = await scene.start(messageId, leaseId);
    for (const id of leaseIds) await scene.store.releaseLease(APPID, id, scene.now);
    return { leaseId, outcome };
  }
}

async function countInFlight(scene: LedgerScene): Promise<number> {
  return (await scene.store.findAccountState(APPID)).load.inFlight;
}
