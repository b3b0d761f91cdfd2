import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseScene } from "@yici/protocol";
import {
  ANN,
  APPID,
  BOB,
  DAY_MS,
  known,
  LedgerScene,
  NO_GRANT,
  OK,
  OTHER_APPID,
  refusal,
  SCENE,
  UNANSWERED,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

const UNBOUND = { startedIn: undefined, returnedIn: undefined };
const WAIT = { whenNoGrant: "wait" } as const;

/** Rule 2: what accepting a message does, waiting, cancelling, and a caller's keys. */
export function testMessages(engine: StoreEngine): void {
  describe("messages", () => {
    test("accepting a message holds the slot's grant and queues the delivery", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);

      const outcome = await scene.accept("m1", ANN);

      assert.ok(outcome.kind === "accepted");
      assert.equal(outcome.message.delivery.state, "queued");
      assert.equal(outcome.message.delivery.generation, 1);
      const [grant] = await scene.grants(ANN);
      assert.equal(known(grant).state, "held");
      assert.equal(known(grant).messageId, "m1");
    });

    test("an accepted message is found as it was asked for", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      const content = {
        title: "标题",
        content: "第一行\n第二行",
        color: "#FF0000",
        url: "https://shop.example/a?b=c",
        miniprogram: { appid: "wx0123456789abcdef", pagepath: "index?foo=bar" },
      };
      const asked = {
        content,
        minEvidence: "bound",
        whenInDoubt: "stop",
        principal: "crm",
      } as const;

      await scene.accept("m1", ANN, asked);

      const { message } = known(await scene.store.findMessage(APPID, "m1"));
      assert.deepEqual(message, {
        ...asked,
        appid: APPID,
        messageId: "m1",
        openid: ANN,
        scene: SCENE,
        acceptedAt: scene.now,
        dueAt: scene.now,
        deadlineAt: scene.now + DAY_MS,
        whenNoGrant: "refuse",
      });
      assert.equal(await scene.store.findMessage(OTHER_APPID, "m1"), undefined);
    });

    test("a message without a grant is refused, with all that is known of the slot", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", OK);

      const outcome = await scene.accept("m2", ANN);

      assert.ok(outcome.kind === "no_grant");
      assert.equal(known(outcome.slot.grants[0]).messageId, "m1");
      assert.equal(outcome.slot.confirmations.length, 1);
      assert.equal(await scene.store.findMessage(APPID, "m2"), undefined);
    });

    test("a grant of less evidence than is demanded is not used", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN, UNBOUND);

      const strict = await scene.accept("m1", ANN, { minEvidence: "bound" });
      const lenient = await scene.accept("m2", ANN, { minEvidence: "unbound" });

      assert.equal(strict.kind, "no_grant");
      assert.equal(lenient.kind, "accepted");
    });

    test("a message for later is scheduled and holds its grant", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);

      const outcome = await scene.accept("m1", ANN, { dueAt: scene.now + 1_000 });

      assert.ok(outcome.kind === "accepted");
      assert.equal(outcome.message.delivery.state, "scheduled");
      assert.deepEqual(await scene.slot(ANN), ["held"]);
    });

    test("of twenty messages at once for one grant exactly one is accepted", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      const asked = Array.from({ length: 20 }, (_, index) => scene.accept(`m${index}`, ANN));

      const outcomes = await Promise.all(asked);

      assert.equal(outcomes.filter(({ kind }) => kind === "accepted").length, 1);
      assert.equal(outcomes.filter(({ kind }) => kind === "no_grant").length, 19);
    });

    test("a message may wait for a grant, and takes the next one", async () => {
      await using scene = await LedgerScene.open(engine);
      const waiting = await scene.accept("m1", ANN, WAIT);

      const outcome = await scene.confirm(ANN);

      assert.ok(waiting.kind === "accepted");
      assert.equal(waiting.message.delivery.state, "waiting");
      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "opened");
      assert.equal(outcome.grant.state, "held");
      assert.equal((await scene.delivery("m1")).state, "queued");
    });

    test("whoever waits longest is served first, one message for each grant", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.accept("m2", ANN, WAIT);
      await scene.accept("m1", BOB, WAIT);
      await scene.accept("m3", ANN, WAIT);

      await scene.confirm(ANN);
      const second = await scene.accept("m4", ANN);

      assert.equal((await scene.delivery("m2")).state, "queued");
      assert.equal((await scene.delivery("m3")).state, "waiting");
      assert.equal((await scene.delivery("m1")).state, "waiting");
      assert.equal(second.kind, "no_grant");
    });

    test("a message that demands better evidence lets the next one have the grant", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.accept("m1", ANN, { ...WAIT, minEvidence: "bound" });
      await scene.accept("m2", ANN, WAIT);

      await scene.confirm(ANN, UNBOUND);

      assert.equal((await scene.delivery("m1")).state, "waiting");
      assert.equal((await scene.delivery("m2")).state, "queued");
    });

    test("a grant that is raised goes to the message that waited for better evidence", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.accept("m1", ANN, { ...WAIT, minEvidence: "bound" });
      await scene.confirm(ANN, UNBOUND);

      const outcome = await scene.confirm(ANN);

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "renewed");
      assert.equal((await scene.delivery("m1")).state, "queued");
    });

    test("a slot's queue has a limit", async () => {
      await using scene = await LedgerScene.open(engine, { waitingMax: 2 });
      await scene.accept("m1", ANN, WAIT);
      await scene.accept("m2", ANN, WAIT);

      const outcome = await scene.accept("m3", ANN, WAIT);

      assert.equal(outcome.kind, "no_grant");
      assert.equal((await scene.accept("m4", BOB, WAIT)).kind, "accepted");
    });

    test("a message that waits for a grant and for its time is scheduled once it has the grant", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.accept("m1", ANN, { ...WAIT, dueAt: scene.now + 60_000 });

      await scene.confirm(ANN);

      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "scheduled");
      assert.equal(delivery.dueAt, scene.now + 60_000);
    });

    for (const { what, free } of RELEASES) {
      test(`a grant that is freed because its message ${what} goes to the next message at once`, async () => {
        await using scene = await LedgerScene.open(engine);
        await scene.confirm(ANN);
        await scene.accept("m1", ANN, { deadlineAt: scene.now + 1_000 });
        await scene.accept("m2", ANN, WAIT);

        await free(scene);

        const [grant] = await scene.grants(ANN);
        assert.equal(known(grant).messageId, "m2");
        assert.equal(known(grant).state, "held");
        const delivery = await scene.delivery("m2");
        assert.equal(delivery.state, "queued");
        assert.equal(delivery.generation, 1);
      });
    }

    test("a reinstated grant goes to the message that waits", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", NO_GRANT);
      await scene.accept("m2", ANN, WAIT);

      const slot = { appid: APPID, openid: ANN, scene: SCENE };
      const outcome = await scene.store.reinstateGrant(slot, 1, scene.now);

      assert.ok(outcome.kind === "reinstated");
      assert.equal(outcome.grant.state, "held");
      assert.equal((await scene.delivery("m2")).state, "queued");
    });

    test("a waiting message is cancelled, and no grant goes to it any more", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.accept("m1", ANN, WAIT);

      const outcome = await scene.store.cancel(APPID, "m1", scene.now);
      await scene.confirm(ANN);

      assert.equal(outcome.kind, "cancelled");
      assert.equal((await scene.delivery("m1")).state, "cancelled");
      assert.deepEqual(await scene.slot(ANN), ["available"]);
    });

    test("a scheduled and a leased message can be cancelled, and what was leased is not started", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN, { dueAt: scene.now + 1_000 });
      await scene.accept("m2", BOB);
      const { leaseId } = await scene.lease();

      const ofScheduled = await scene.store.cancel(APPID, "m1", scene.now);
      const ofLeased = await scene.store.cancel(APPID, "m2", scene.now);

      assert.equal(ofScheduled.kind, "cancelled");
      assert.equal(ofLeased.kind, "cancelled");
      assert.deepEqual(await scene.start("m2", leaseId), { kind: "refused" });
      assert.deepEqual(await scene.slot(ANN), ["available"]);
      assert.deepEqual(await scene.slot(BOB), ["available"]);
    });

    test("a message that was refused a token may be cancelled: nothing is in doubt", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", refusal(42001));

      const outcome = await scene.store.cancel(APPID, "m1", scene.now);

      assert.equal(outcome.kind, "cancelled");
    });

    test("it is too late to cancel what is in flight, in doubt, or over; and nothing changes", async () => {
      await using scene = await LedgerScene.open(engine);
      const cancel = async (): Promise<string> =>
        (await scene.store.cancel(APPID, "m1", scene.now)).kind;
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");

      const inFlight = await cancel();
      await scene.end(attempt, UNANSWERED);
      const inDoubt = await cancel();
      await scene.send("m1", OK);
      const over = await cancel();

      assert.deepEqual([inFlight, inDoubt, over], ["too_late", "too_late", "too_late"]);
      assert.equal((await scene.delivery("m1")).state, "delivered");
    });

    test("what was never accepted cannot be cancelled", async () => {
      await using scene = await LedgerScene.open(engine);

      const outcome = await scene.store.cancel(APPID, "m1", scene.now);

      assert.deepEqual(outcome, { kind: "unknown_message" });
    });

    test("the same key and body is the same message, as it stands now", async () => {
      await using scene = await LedgerScene.open(engine);
      const idempotency = { key: "k1", bodyHash: "body" };
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { idempotency });
      await scene.send("m1", OK);

      const outcome = await scene.accept("m2", ANN, { idempotency });

      assert.ok(outcome.kind === "repeated");
      assert.equal(outcome.message.message.messageId, "m1");
      assert.equal(outcome.message.delivery.state, "delivered");
      assert.equal(await scene.store.findMessage(APPID, "m2"), undefined);
    });

    test("the same key for another body is refused", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { idempotency: { key: "k1", bodyHash: "body" } });

      const outcome = await scene.accept("m2", ANN, {
        idempotency: { key: "k1", bodyHash: "another" },
      });

      assert.deepEqual(outcome, { kind: "key_reused" });
    });

    test("a key belongs to its principal and its account", async () => {
      await using scene = await LedgerScene.open(engine);
      const idempotency = { key: "k1", bodyHash: "body" };
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.confirm(ANN, { appid: OTHER_APPID });
      await scene.accept("m1", ANN, { idempotency });

      const ofOther = await scene.accept("m2", BOB, { idempotency, principal: "crm" });
      const elsewhere = await scene.accept("m3", ANN, { idempotency, appid: OTHER_APPID });

      assert.equal(ofOther.kind, "accepted");
      assert.equal(elsewhere.kind, "accepted");
    });

    test("a refusal is not remembered: the same key is accepted once there is a grant", async () => {
      await using scene = await LedgerScene.open(engine);
      const idempotency = { key: "k1", bodyHash: "body" };
      const refused = await scene.accept("m1", ANN, { idempotency });
      await scene.confirm(ANN);

      const outcome = await scene.accept("m2", ANN, { idempotency });

      assert.equal(refused.kind, "no_grant");
      assert.equal(outcome.kind, "accepted");
    });

    test("of twenty requests at once with one key exactly one is accepted, and all name its message", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      const idempotency = { key: "k1", bodyHash: "body" };
      const asked = Array.from({ length: 20 }, (_, index) =>
        scene.accept(`m${index}`, ANN, { idempotency }),
      );

      const outcomes = await Promise.all(asked);

      assert.equal(outcomes.filter(({ kind }) => kind === "accepted").length, 1);
      const named = outcomes.map((outcome) => {
        assert.ok(outcome.kind === "accepted" || outcome.kind === "repeated");
        return outcome.message.message.messageId;
      });
      assert.equal(new Set(named).size, 1);
    });

    test("a page of messages, newest first, begins after the last one of the page before", async () => {
      await using scene = await LedgerScene.open(engine);
      const { store } = scene;
      for (const [index, person] of [ANN, BOB, ANN].entries()) {
        await scene.accept(`m${index + 1}`, person, WAIT);
      }
      await scene.store.cancel(APPID, "m1", scene.now);
      const list = async (filter: object): Promise<readonly string[]> => {
        const found = await store.listMessages({
          appid: APPID,
          limit: 9,
          after: undefined,
          ...filter,
        });
        return found.map(({ message }) => message.messageId);
      };

      assert.deepEqual(await list({ limit: 2 }), ["m3", "m2"]);
      assert.deepEqual(await list({ limit: 2, after: "m2" }), ["m1"]);
      assert.deepEqual(await list({ openid: ANN }), ["m3", "m1"]);
      assert.deepEqual(await list({ openid: ANN, after: "m3" }), ["m1"]);
      assert.deepEqual(await list({ state: "waiting" }), ["m3", "m2"]);
      assert.deepEqual(await list({ appid: OTHER_APPID }), []);
    });

    test("a person's messages are listed also when the grants they were sent with are forgotten", async () => {
      await using scene = await LedgerScene.open(engine, { slotHistoryMax: 1 });
      for (const messageId of ["m1", "m2", "m3"]) {
        await scene.confirm(ANN);
        await scene.accept(messageId, ANN);
        await scene.send(messageId, OK);
      }
      await scene.accept("m4", BOB, WAIT);

      const filter = { appid: APPID, openid: ANN, limit: 9, after: undefined };
      const [found, delivered, elsewhere] = await Promise.all([
        scene.store.listMessages(filter),
        scene.store.listMessages({ ...filter, state: "delivered", limit: 2 }),
        scene.store.listMessages({ ...filter, scene: known(parseScene(9_999)) }),
      ]);

      assert.equal((await scene.grants(ANN)).length, 1);
      const ids = [found, delivered, elsewhere].map((page) =>
        page.map(({ message }) => message.messageId),
      );
      assert.deepEqual(ids, [["m3", "m2", "m1"], ["m3", "m2"], []]);
    });

    test("a message is listed also when the confirmation that was heard while it was sent has its grant forgotten", async () => {
      await using scene = await LedgerScene.open(engine, { slotHistoryMax: 1 });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.confirm(ANN);

      await scene.end(attempt, OK);

      const filter = { appid: APPID, openid: ANN, limit: 9, after: undefined };
      const found = await scene.store.listMessages(filter);
      assert.deepEqual(await scene.slot(ANN), ["available"]);
      assert.deepEqual(
        found.map(({ message, delivery }) => [message.messageId, delivery.state]),
        [["m1", "delivered"]],
      );
    });

    test("a person's messages are listed also when another one was given their grant", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", NO_GRANT);
      const slot = { appid: APPID, openid: ANN, scene: SCENE };
      await scene.store.reinstateGrant(slot, 1, scene.now);
      await scene.accept("m2", ANN);

      const filter = { appid: APPID, openid: ANN, limit: 9, after: undefined };
      const found = await scene.store.listMessages(filter);

      assert.deepEqual(
        found.map(({ message, delivery }) => [message.messageId, delivery.state]),
        [
          ["m2", "queued"],
          ["m1", "rejected"],
        ],
      );
    });
  });
}

interface Release {
  readonly what: string;
  readonly free: (scene: LedgerScene) => Promise<unknown>;
}

const RELEASES: readonly Release[] = [
  { what: "was cancelled", free: (scene) => scene.store.cancel(APPID, "m1", scene.now) },
  { what: "was refused for its content", free: (scene) => scene.send("m1", refusal(47003)) },
  {
    what: "expired",
    free: async (scene) => {
      await scene.advance(1_000);
      await scene.sweep();
    },
  },
];
