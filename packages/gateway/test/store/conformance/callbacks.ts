import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ANN,
  APPID,
  BOB,
  LedgerScene,
  LINK,
  OK,
  OTHER_APPID,
  SCENE,
  UNANSWERED,
  UNSENT,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

/** Nonces: what repeated callbacks do and do not. */
export function testCallbacks(engine: StoreEngine): void {
  describe("callbacks", () => {
    test("a reload shows the stored outcome and changes nothing", async () => {
      await using scene = await LedgerScene.open(engine);
      const visit = { asking: 1, issuedAt: scene.now };
      const first = await scene.confirm(ANN, visit);
      await scene.advance(1_000);

      const again = await scene.confirm(ANN, visit);

      assert.ok(first.kind === "recorded");
      assert.deepEqual(again, { kind: "repeated", effect: "opened", grant: first.grant });
      const { confirmations } = await scene.store.findSlot({
        appid: APPID,
        openid: ANN,
        scene: SCENE,
      });
      assert.equal(confirmations.length, 1);
    });

    test("a reload after the send grants nothing and shows the grant as it is now", async () => {
      await using scene = await LedgerScene.open(engine);
      const visit = { asking: 1, issuedAt: scene.now };
      await scene.confirm(ANN, visit);
      await scene.accept("m1", ANN);
      await scene.send("m1", OK);

      const again = await scene.confirm(ANN, visit);

      assert.ok(again.kind === "repeated");
      assert.equal(again.grant.state, "spent");
      assert.deepEqual(await scene.slot(ANN), ["spent"]);
    });

    test("another openid with a used nonce is refused and recorded nowhere", async () => {
      await using scene = await LedgerScene.open(engine);
      const visit = { asking: 1, issuedAt: scene.now };
      await scene.confirm(ANN, visit);

      const outcome = await scene.confirm(BOB, visit);

      assert.deepEqual(outcome, { kind: "refused", reason: "nonce_used" });
      assert.deepEqual(await scene.slot(BOB), []);
      assert.deepEqual(await scene.eventTypes(), ["grant.opened"]);
    });

    test("the same nonce under another account is another nonce", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN, { asking: 1 });

      const outcome = await scene.confirm(BOB, { asking: 1, appid: OTHER_APPID });

      assert.equal(outcome.kind, "recorded");
    });

    test("of twenty callbacks with one nonce at once exactly one is recorded", async () => {
      await using scene = await LedgerScene.open(engine);
      const visits = Array.from({ length: 20 }, () => scene.confirm(ANN, { asking: 1 }));

      const outcomes = await Promise.all(visits);

      assert.equal(outcomes.filter(({ kind }) => kind === "recorded").length, 1);
      assert.equal(outcomes.filter(({ kind }) => kind === "repeated").length, 19);
    });

    test("a refusal is counted once for each nonce and changes no grant", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);

      await scene.decline({ asking: 1 });
      await scene.decline({ asking: 1 });
      await scene.decline({ asking: 2 });

      const counts = await scene.store.countDecisions(APPID, LINK.id);
      assert.deepEqual(counts, { confirmedCount: 1, declinedCount: 2 });
      assert.deepEqual(await scene.slot(ANN), ["available"]);
    });

    test("whoever declined may go back and confirm after all", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.decline({ asking: 1 });

      const outcome = await scene.confirm(ANN, { asking: 1 });

      assert.equal(outcome.kind, "recorded");
      assert.equal((await scene.confirm(ANN, { asking: 1 })).kind, "repeated");
      const counts = await scene.store.countDecisions(APPID, LINK.id);
      assert.deepEqual(counts, { confirmedCount: 1, declinedCount: 1 });
    });

    test("a reload ends a doubt and grants nothing", async () => {
      await using scene = await LedgerScene.open(engine);
      const visit = { asking: 1, issuedAt: scene.now };
      await scene.confirm(ANN, visit);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);

      await scene.confirm(ANN, visit);

      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "uncertain");
      assert.equal(delivery.cause, "confirmation_heard");
      assert.deepEqual(await scene.slot(ANN), ["void: in_doubt"]);
    });

    test("a reload while the send is in flight keeps it from being repeated in doubt", async () => {
      await using scene = await LedgerScene.open(engine);
      const visit = { asking: 1, issuedAt: scene.now };
      await scene.confirm(ANN, visit);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");

      await scene.confirm(ANN, visit);
      await scene.end(attempt, UNANSWERED);

      assert.equal((await scene.delivery("m1")).state, "uncertain");
      assert.deepEqual(await scene.slot(ANN), ["void: in_doubt"]);
    });

    test("a reload while the send is in flight changes nothing for a send that proves something", async () => {
      await using scene = await LedgerScene.open(engine);
      const visit = { asking: 1, issuedAt: scene.now };
      await scene.confirm(ANN, visit);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");

      await scene.confirm(ANN, visit);
      await scene.end(attempt, UNSENT);

      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "queued");
      assert.equal(delivery.hasHeardConfirmation, false);
      assert.deepEqual(await scene.slot(ANN), ["held"]);
    });
  });
}
