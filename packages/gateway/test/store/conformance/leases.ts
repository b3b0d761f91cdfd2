import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ANN,
  APPID,
  BOB,
  known,
  LEASE_MS,
  LedgerScene,
  NO_GRANT,
  OK,
  OTHER_APPID,
  SCENE,
  UNANSWERED,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

/** Rule 5: leases and attempt starts. */
export function testLeases(engine: StoreEngine): void {
  describe("leases", () => {
    test("what is due is leased, the one due longest first, and is no attempt", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m2", ANN);
      await scene.advance(1);
      await scene.accept("m1", BOB);

      const { messageIds, leaseId } = await scene.lease();

      assert.deepEqual(messageIds, ["m2", "m1"]);
      const delivery = await scene.delivery("m2");
      assert.equal(delivery.state, "queued");
      assert.equal(delivery.attemptNumber, 0);
      assert.equal(delivery.leaseId, leaseId);
      assert.equal(delivery.leaseExpiresAt, scene.now + LEASE_MS);
    });

    test("a lease takes no more than its limit, and nobody leases the same twice", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);
      await scene.accept("m2", BOB);

      const [one, two, three] = await Promise.all([
        scene.lease({ limit: 1 }),
        scene.lease({ limit: 1 }),
        scene.lease({ limit: 1 }),
      ]);

      assert.equal(one.messageIds.length, 1);
      assert.deepEqual([...one.messageIds, ...two.messageIds].toSorted(), ["m1", "m2"]);
      assert.deepEqual(three.messageIds, []);
    });

    test("each message that is leased comes with what it says and whom it is for", async () => {
      await using scene = await LedgerScene.open(engine);
      const { store, now } = scene;
      const contents = [
        { title: "书到了", content: 'say "hello"\nand more\u2028', color: "#C2571A" },
        { title: "m2", content: "" },
      ] as const;
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN, { content: contents[0] });
      await scene.accept("m2", BOB, { content: contents[1] });

      const claim = { appid: APPID, leaseId: "lease", limit: 9, leaseMs: LEASE_MS, now };
      const leased = await store.lease(claim);

      assert.deepEqual(leased, [
        { messageId: "m1", openid: ANN, scene: SCENE, content: contents[0] },
        { messageId: "m2", openid: BOB, scene: SCENE, content: contents[1] },
      ]);
    });

    test("a lease is of one account", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(ANN, { appid: OTHER_APPID });
      await scene.accept("m1", ANN);
      await scene.accept("m2", ANN, { appid: OTHER_APPID });

      const { messageIds } = await scene.lease({ appid: OTHER_APPID });

      assert.deepEqual(messageIds, ["m2"]);
    });

    test("a scheduled message is leased when it is due and not before", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { dueAt: scene.now + 1_000 });
      await scene.advance(999);
      const early = await scene.lease();
      await scene.advance(1);

      const { messageIds } = await scene.lease();

      assert.deepEqual(early.messageIds, []);
      assert.deepEqual(messageIds, ["m1"]);
      assert.equal((await scene.delivery("m1")).state, "queued");
    });

    test("an expired lease can be taken over, and the one who lost it starts nothing", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const lost = await scene.lease();
      await scene.advance(LEASE_MS);

      const taken = await scene.lease();

      assert.deepEqual(taken.messageIds, ["m1"]);
      assert.deepEqual(await scene.start("m1", lost.leaseId), { kind: "refused" });
      assert.deepEqual(await scene.start("m1", taken.leaseId), {
        kind: "started",
        attemptNumber: 1,
      });
    });

    test("an attempt does not start once its lease has ended, though nobody took it over", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const { leaseId } = await scene.lease();
      await scene.advance(LEASE_MS);

      const outcome = await scene.start("m1", leaseId);

      assert.deepEqual(outcome, { kind: "refused" });
      assert.equal((await scene.delivery("m1")).attemptNumber, 0);
    });

    test("an attempt does not start at its message's deadline", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { deadlineAt: scene.now + 1_000 });
      const { leaseId } = await scene.lease();
      await scene.advance(1_000);

      const outcome = await scene.start("m1", leaseId);

      assert.deepEqual(outcome, { kind: "refused" });
    });

    test("a second attempt does not start while the first is in flight", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");

      const again = await scene.start("m1", attempt.leaseId);
      const { messageIds } = await scene.lease();

      assert.deepEqual(again, { kind: "refused" });
      assert.deepEqual(messageIds, []);
    });

    test("an attempt is on record before anything came of it", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);

      const { leaseId } = await scene.begin("m1");

      const { delivery, attempts } = known(await scene.store.findMessage(APPID, "m1"));
      assert.equal(delivery.state, "sending");
      assert.deepEqual(attempts, [
        {
          appid: APPID,
          messageId: "m1",
          number: 1,
          generation: 1,
          leaseId,
          startedAt: scene.now,
          finishedAt: undefined,
          outcome: undefined,
          isLate: false,
        },
      ]);
    });

    test("a released lease makes what was not started due at once, and leaves the started alone", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);
      await scene.accept("m2", BOB);
      const { leaseId } = await scene.lease();
      await scene.start("m1", leaseId);

      await scene.store.releaseLease(APPID, leaseId, scene.now);

      assert.equal((await scene.delivery("m1")).state, "sending");
      assert.equal((await scene.delivery("m2")).leaseId, undefined);
      const { messageIds } = await scene.lease();
      assert.deepEqual(messageIds, ["m2"]);
    });

    test("releasing a lease that was lost takes nothing from its new holder", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const lost = await scene.lease();
      await scene.advance(LEASE_MS);
      const taken = await scene.lease();

      await scene.store.releaseLease(APPID, lost.leaseId, scene.now);

      const outcome = await scene.start("m1", taken.leaseId);
      assert.equal(outcome.kind, "started");
    });

    test("a lease without end or without time is refused", async () => {
      await using scene = await LedgerScene.open(engine);
      const claim = { appid: APPID, leaseId: "l", limit: 1, now: scene.now };

      await assert.rejects(scene.store.lease({ ...claim, leaseMs: Infinity }), RangeError);
      await assert.rejects(scene.store.lease({ ...claim, leaseMs: 0 }), RangeError);
    });

    test("due accounts are listed, the one that waits longest first", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(ANN, { appid: OTHER_APPID });
      await scene.accept("m2", ANN, { appid: OTHER_APPID });
      await scene.advance(1);
      const early = await scene.store.listDueAccounts(scene.now, 10);
      await scene.accept("m1", ANN);

      assert.deepEqual(early, [OTHER_APPID]);
      assert.deepEqual(await scene.store.listDueAccounts(scene.now, 10), [OTHER_APPID, APPID]);
      assert.deepEqual(await scene.store.listDueAccounts(scene.now, 1), [OTHER_APPID]);
    });

    test("an account whose due deliveries are leased or in flight is not due", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);
      await scene.begin("m1");
      await scene.accept("m2", BOB);

      await scene.lease();

      assert.deepEqual(await scene.store.listDueAccounts(scene.now, 10), []);
    });

    test("a lease that is given back frees nothing that another lease has since", async () => {
      await using scene = await LedgerScene.open(engine);
      const { store, now } = scene;
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);
      await scene.accept("m2", BOB);
      const first = await scene.lease();
      await store.pauseAccount(APPID, { ...PAUSE, pausedAt: now, until: now + 1 }, now);
      await scene.start("m1", first.leaseId);
      await store.resumeAccount(APPID, now);
      const second = await scene.lease();

      await store.releaseLease(APPID, first.leaseId, now);

      const third = await scene.lease();
      assert.deepEqual(second.messageIds, ["m1"]);
      assert.deepEqual(third.messageIds, ["m2"]);
    });

    test("of the sends whose leases have ended the one that ended first is taken over first", async () => {
      await using scene = await LedgerScene.open(engine);
      const { store, now } = scene;
      for (const [person, messageId, leaseMs] of [
        [ANN, "m1", LEASE_MS],
        [BOB, "m2", LEASE_MS / 2],
      ] as const) {
        await scene.confirm(person);
        await scene.accept(messageId, person);
        await store.lease({ appid: APPID, leaseId: `of-${messageId}`, limit: 1, leaseMs, now });
        await scene.start(messageId, `of-${messageId}`);
      }
      await scene.advance(LEASE_MS);

      await store.sweep(scene.now, 1);

      assert.equal((await scene.delivery("m1")).state, "sending");
      assert.equal((await scene.delivery("m2")).doubt, "unanswered");
    });

    test("one round settles what came back before it starts what goes out", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);
      await scene.accept("m2", BOB);
      const { leaseId } = await scene.lease();
      await scene.start("m1", leaseId);
      const settlement = { appid: APPID, messageId: "m1", leaseId, attemptNumber: 1, chance: 0 };

      const outcome = await scene.store.advance({
        settlements: [{ ...settlement, outcome: OK }],
        starts: [
          { appid: APPID, messageId: "m2", leaseId },
          { appid: APPID, messageId: "unknown", leaseId },
        ],
        now: scene.now,
      });

      assert.deepEqual(outcome, {
        settled: [
          { kind: "settled", state: "delivered", retryAt: undefined, isAccountPaused: false },
        ],
        started: [{ kind: "started", attemptNumber: 1 }, { kind: "refused" }],
      });
    });

    test("a late answer and a message that is given back in one round keep apart", async () => {
      await using scene = await LedgerScene.open(engine);
      const { store } = scene;
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN, { whenInDoubt: "stop" });
      const lost = await scene.begin("m1");
      await scene.advance(LEASE_MS);
      await scene.sweep();
      await scene.accept("m2", BOB);
      const { leaseId } = await scene.lease();
      const { now } = scene;
      await store.pauseAccount(APPID, { ...PAUSE, pausedAt: now, until: now + 1 }, now);

      await store.advance({
        settlements: [
          {
            appid: APPID,
            messageId: "m1",
            leaseId: lost.leaseId,
            attemptNumber: 1,
            outcome: NO_GRANT,
            chance: 0,
          },
        ],
        starts: [{ appid: APPID, messageId: "m2", leaseId }],
        now,
      });

      const late = known(await store.findMessage(APPID, "m1"));
      const back = known(await store.findMessage(APPID, "m2"));
      assert.deepEqual(
        late.attempts.map(({ outcome, isLate }) => [outcome, isLate]),
        [[NO_GRANT, true]],
      );
      assert.equal(late.delivery.state, "uncertain");
      assert.deepEqual(back.attempts, []);
      assert.equal(back.delivery.leaseId, undefined);
    });

    test("settling what was never started is a mistake of the caller, and changes nothing", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const { leaseId } = await scene.lease();

      const settling = scene.end({ messageId: "m1", leaseId, number: 1 }, OK);

      await assert.rejects(settling);
      assert.equal((await scene.delivery("m1")).state, "queued");
    });

    test("the next due instant is that of the first delivery, lease, deadline, doubt window or pause", async () => {
      await using scene = await LedgerScene.open(engine, {
        doubtWindowMs: 5_000,
        backoffBaseMs: 1_000,
      });
      const { store, now } = scene;
      const next = async (): Promise<number | undefined> => {
        const at = await store.findNextDueAt();
        return at === undefined ? undefined : at - now;
      };
      const empty = await next();
      await scene.accept("m1", ANN, { whenNoGrant: "wait", deadlineAt: now + 90_000 });
      const waiting = await next();
      await scene.confirm(BOB);
      await scene.accept("m2", BOB, { dueAt: now + 80_000, deadlineAt: now + 99_000 });
      const scheduled = await next();
      await scene.confirm(ANN);
      const due = await next();
      const attempt = await scene.begin("m1");
      const inFlight = await next();
      await scene.end(attempt, UNANSWERED, 0.5);
      const again = await next();
      await store.pauseAccount(APPID, { ...PAUSE, pausedAt: now, until: now + 7_000 }, now);
      const paused = await next();

      assert.equal(empty, undefined);
      assert.equal(waiting, 90_000);
      assert.equal(scheduled, 80_000);
      assert.equal(due, 0);
      assert.equal(inFlight, LEASE_MS);
      assert.equal(again, 500);
      assert.equal(paused, 5_000);
    });
  });
}

const PAUSE = { reason: "operator", errcode: undefined, detail: "" };
