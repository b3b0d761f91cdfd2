import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ANN,
  APPID,
  BOB,
  BUSY,
  DAY_MS,
  LedgerScene,
  NO_GRANT,
  OK,
  OTHER_APPID,
  refusal,
  UNSENT,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

/** What time alone closes and forgets. */
export function testTime(engine: StoreEngine): void {
  describe("time", () => {
    test("a message nobody tried expires at its deadline, and its grant is free", async () => {
      await using scene = await LedgerScene.open(engine);
      const deadlineAt = scene.now + 1_000;
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { deadlineAt });
      await scene.accept("m2", BOB, { deadlineAt, whenNoGrant: "wait" });
      await scene.advance(999);
      const early = await scene.sweep();
      await scene.advance(1);

      const swept = await scene.sweep();

      assert.equal(early, 0);
      assert.equal(swept, 2);
      for (const messageId of ["m1", "m2"]) {
        const delivery = await scene.delivery(messageId);
        assert.equal(delivery.state, "expired");
        assert.equal(delivery.cause, "deadline_passed");
        assert.equal(delivery.settledAt, scene.now);
      }
      assert.deepEqual(await scene.slot(ANN), ["available"]);
    });

    test("of messages that close together the one accepted first goes first, and leaves its grant to the next", async () => {
      await using scene = await LedgerScene.open(engine);
      const deadlineAt = scene.now + 1_000;
      const messageIds = ["m1", "m2", "m3", "m4"];
      await scene.confirm(ANN);
      for (const messageId of messageIds) {
        await scene.accept(messageId, ANN, { deadlineAt, whenNoGrant: "wait" });
      }
      await scene.advance(1_000);

      await scene.sweep();

      const deliveries = await Promise.all(messageIds.map((id) => scene.delivery(id)));
      assert.deepEqual(
        deliveries.map(({ state, generation }) => [state, generation]),
        messageIds.map(() => ["expired", 1]),
      );
      assert.deepEqual(await scene.slot(ANN), ["available"]);
    });

    test("a scheduled message of a paused account expires at its deadline", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { dueAt: scene.now + 500, deadlineAt: scene.now + 1_000 });
      const pause = { reason: "operator", errcode: undefined, detail: "", pausedAt: 0 };
      await scene.store.pauseAccount(APPID, { ...pause, until: undefined }, scene.now);
      await scene.advance(1_000);

      await scene.sweep();

      assert.equal((await scene.delivery("m1")).state, "expired");
    });

    test("a message that was tried is abandoned at its deadline, in doubt it is uncertain", async () => {
      await using scene = await LedgerScene.open(engine);
      const deadlineAt = scene.now + 60_000;
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN, { deadlineAt });
      await scene.accept("m2", BOB, { deadlineAt });
      await scene.send("m1", UNSENT);
      await scene.send("m2", BUSY);
      await scene.advance(60_000);

      await scene.sweep();

      assert.equal((await scene.delivery("m1")).state, "abandoned");
      assert.equal((await scene.delivery("m2")).state, "uncertain");
      assert.deepEqual(await scene.slot(ANN), ["available"]);
      assert.deepEqual(await scene.slot(BOB), ["void: in_doubt"]);
    });

    test("a message that waits again after a refusal is abandoned at its deadline", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { whenNoGrant: "wait", deadlineAt: scene.now + 1_000 });
      await scene.send("m1", NO_GRANT);
      await scene.advance(1_000);

      await scene.sweep();

      assert.equal((await scene.delivery("m1")).state, "abandoned");
      assert.deepEqual(await scene.slot(ANN), ["void: platform_refused"]);
    });

    test("a sweep changes no more than its limit, and says so", async () => {
      await using scene = await LedgerScene.open(engine);
      const deadlineAt = scene.now + 1_000;
      for (const [index, appid] of [APPID, APPID, OTHER_APPID].entries()) {
        await scene.accept(`m${index}`, ANN, { appid, deadlineAt, whenNoGrant: "wait" });
      }
      await scene.advance(1_000);
      const { store, now } = scene;

      const counts = [
        await store.sweep(now, 2),
        await store.sweep(now, 2),
        await store.sweep(now, 2),
      ];

      assert.deepEqual(counts, [2, 1, 0]);
    });

    test("what is in flight at its deadline is still settled by its answer", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { deadlineAt: scene.now + 1_000 });
      const attempt = await scene.begin("m1");
      await scene.advance(1_500);
      await scene.sweep();

      await scene.end(attempt, OK);

      assert.equal((await scene.delivery("m1")).state, "delivered");
    });

    test("a key is remembered for a day and longer, and forgotten after its time", async () => {
      await using scene = await LedgerScene.open(engine, { idempotencyLifeMs: 2 * DAY_MS });
      const again = { idempotency: { key: "k", bodyHash: "b" }, whenNoGrant: "wait" } as const;
      await scene.accept("m1", ANN, again);
      await scene.advance(DAY_MS);
      await scene.sweep();
      const remembered = await scene.accept("m2", ANN, again);
      await scene.advance(DAY_MS + 1);
      await scene.sweep();

      const forgotten = await scene.accept("m3", ANN, again);

      assert.equal(remembered.kind, "repeated");
      assert.equal(forgotten.kind, "accepted");
    });

    test("a nonce is remembered longer than what it came with is accepted, then forgotten", async () => {
      await using scene = await LedgerScene.open(engine, { nonceLifeMs: 2 * DAY_MS });
      const visit = { asking: 1 };
      await scene.confirm(ANN, visit);
      await scene.advance(DAY_MS);
      await scene.sweep();
      const remembered = await scene.confirm(ANN, visit);
      await scene.advance(DAY_MS + 1);
      await scene.sweep();

      const forgotten = await scene.confirm(ANN, visit);

      assert.equal(remembered.kind, "repeated");
      assert.equal(forgotten.kind, "recorded");
    });

    test("old events go, but numbers go on without a gap", async () => {
      await using scene = await LedgerScene.open(engine, { eventLifeMs: DAY_MS });
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.advance(DAY_MS + 1);

      await scene.sweep();
      await scene.confirm(ANN);

      const events = await scene.store.listEvents(APPID, 0, 10);
      assert.deepEqual(
        events.map(({ number }) => number),
        [2, 3],
      );
    });

    test("who asks from the beginning is told what is left, however much has gone", async () => {
      await using scene = await LedgerScene.open(engine, { eventLifeMs: DAY_MS });
      const declines = Array.from({ length: 200 }, () => scene.decline());
      await Promise.all(declines);
      await scene.advance(DAY_MS + 1);
      await scene.confirm(ANN);
      await scene.sweep();

      const events = await scene.store.listEvents(APPID, 0, 1);

      assert.deepEqual(
        events.map(({ number, type }) => [number, type]),
        [[201, "grant.opened"]],
      );
    });

    test("old events go a limited number at once, and the last one stays", async () => {
      await using scene = await LedgerScene.open(engine, { eventLifeMs: DAY_MS, pruneMax: 2 });
      for (const asking of [1, 2, 3, 4]) await scene.confirm(ANN, { asking });
      const count = async (): Promise<number> =>
        (await scene.store.listEvents(APPID, 0, 10)).length;
      await scene.advance(DAY_MS + 1);

      await scene.sweep();
      const left = await count();
      await scene.advance(DAY_MS);
      await scene.sweep();

      assert.deepEqual([left, await count()], [2, 1]);
    });

    test("ended messages go with their attempts after their time, and no other", async () => {
      await using scene = await LedgerScene.open(engine, { messageLifeMs: DAY_MS });
      const deadlineAt = scene.now + 9 * DAY_MS;
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", refusal(43101));
      await scene.accept("m2", BOB, { whenNoGrant: "wait", deadlineAt });
      await scene.advance(DAY_MS);
      await scene.sweep();
      const kept = await scene.store.findMessage(APPID, "m1");
      await scene.advance(DAY_MS);

      await scene.sweep();

      assert.equal(kept?.attempts.length, 1);
      assert.equal(await scene.store.findMessage(APPID, "m1"), undefined);
      assert.notEqual(await scene.store.findMessage(APPID, "m2"), undefined);
      assert.deepEqual(await scene.slot(ANN), ["void: platform_refused"]);
    });

    test("an ended message goes although older ones that have not ended stay, however few are looked at at once", async () => {
      await using scene = await LedgerScene.open(engine, { messageLifeMs: DAY_MS, pruneMax: 1 });
      const deadlineAt = scene.now + 9 * DAY_MS;
      await scene.accept("m1", BOB, { whenNoGrant: "wait", deadlineAt });
      await scene.accept("m2", BOB, { whenNoGrant: "wait", deadlineAt });
      await scene.confirm(ANN);
      await scene.accept("m3", ANN);
      await scene.send("m3", OK);
      await scene.advance(DAY_MS + 1);

      for (let looked = 0; looked < 4; looked += 1) {
        await scene.sweep();
        await scene.advance(60_000);
      }

      const left = ["m1", "m2", "m3"].map((id) => scene.store.findMessage(APPID, id));
      assert.deepEqual(
        (await Promise.all(left)).map((report) => report?.message.messageId),
        ["m1", "m2", undefined],
      );
    });
  });
}
