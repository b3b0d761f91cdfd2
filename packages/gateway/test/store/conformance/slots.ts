import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseScene } from "@yici/protocol";
import type { AttemptOutcome, DeliveryState } from "../../../src/deliveries/delivery.ts";
import {
  ANN,
  APPID,
  BOB,
  BUSY,
  LedgerScene,
  known,
  NO_GRANT,
  OK,
  OTHER_APPID,
  refusal,
  SCENE,
  UNANSWERED,
  UNSENT,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

const UNBOUND = { startedIn: undefined, returnedIn: undefined };

/** Rules 1, 3 and 4: what confirmations make of a slot. */
export function testSlots(engine: StoreEngine): void {
  describe("slots", () => {
    test("a first confirmation opens the first generation", async () => {
      await using scene = await LedgerScene.open(engine);

      const outcome = await scene.confirm(ANN);

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "opened");
      assert.equal(outcome.grant.generation, 1);
      assert.equal(outcome.grant.state, "available");
      assert.equal(outcome.grant.evidence, "bound");
      assert.equal(outcome.grant.isMaybeSpent, false);
    });

    test("confirming again renews the grant and adds none", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.advance(5_000);

      const outcome = await scene.confirm(ANN);

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "renewed");
      const [grant, ...others] = await scene.grants(ANN);
      assert.deepEqual(others, []);
      assert.equal(known(grant).renewedAt, scene.now);
      assert.equal(known(grant).grantedAt, scene.now - 5_000);
      assert.equal((await scene.accept("m1", ANN)).kind, "accepted");
      assert.equal((await scene.accept("m2", ANN)).kind, "no_grant");
    });

    test("people, scenes and accounts have slots of their own", async () => {
      await using scene = await LedgerScene.open(engine);
      const otherScene = known(parseScene(7));

      await scene.confirm(ANN);

      const kinds = await Promise.all([
        scene.accept("m1", BOB),
        scene.accept("m2", ANN, { scene: otherScene }),
        scene.accept("m3", ANN, { appid: OTHER_APPID }),
        scene.accept("m4", ANN),
      ]);
      assert.deepEqual(
        kinds.map(({ kind }) => kind),
        ["no_grant", "no_grant", "no_grant", "accepted"],
      );
    });

    test("a confirmation after the send opens the next generation", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", OK);
      await scene.advance(1_000);

      const outcome = await scene.confirm(ANN);

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "opened");
      assert.equal(outcome.grant.isMaybeSpent, false);
      assert.deepEqual(await scene.slot(ANN), ["spent", "available"]);
    });

    test("a confirmation asked for before the slot's last spend is marked as perhaps spent", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const issuedAt = scene.now;
      await scene.advance(1_000);
      await scene.send("m1", OK);
      await scene.advance(1_000);

      const outcome = await scene.confirm(ANN, { issuedAt });

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.grant.isMaybeSpent, true);
    });

    test("a renewal that was asked for after the last spend takes the mark away", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const issuedAt = scene.now;
      await scene.advance(1_000);
      await scene.send("m1", OK);
      await scene.confirm(ANN, { issuedAt });
      await scene.advance(1_000);

      await scene.confirm(ANN);

      assert.equal(known((await scene.grants(ANN)).at(-1)).isMaybeSpent, false);
    });

    test("weaker evidence neither renews nor lowers nor replaces a live grant", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      const before = await scene.grants(ANN);
      await scene.advance(1_000);

      const outcome = await scene.confirm(ANN, UNBOUND);

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "kept");
      assert.deepEqual(await scene.grants(ANN), before);
    });

    test("equal evidence out of another browser leaves a live grant as it is", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN, { startedIn: "hers" });
      const before = await scene.grants(ANN);
      await scene.advance(1_000);

      const outcome = await scene.confirm(ANN, { startedIn: "his" });

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "kept");
      assert.deepEqual(await scene.grants(ANN), before);
    });

    test("better evidence renews a live grant and raises it", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN, UNBOUND);

      const outcome = await scene.confirm(ANN);

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "renewed");
      const [grant, ...others] = await scene.grants(ANN);
      assert.deepEqual(others, []);
      assert.equal(known(grant).evidence, "bound");
    });

    test("weak evidence opens a generation where no grant is live", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", OK);

      const outcome = await scene.confirm(ANN, UNBOUND);

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "opened");
      assert.equal(outcome.grant.evidence, "unbound");
    });

    test("an import opens a grant of the weakest evidence, dated as it is said to be", async () => {
      await using scene = await LedgerScene.open(engine);
      const slot = { appid: APPID, openid: ANN, scene: SCENE };

      const effect = await scene.store.importGrant(slot, 42, scene.now);

      assert.equal(effect, "opened");
      const [grant] = await scene.grants(ANN);
      assert.equal(known(grant).evidence, "imported");
      assert.equal(known(grant).grantedAt, 42);
      assert.equal(known(grant).changedAt, scene.now);
      const { confirmations } = await scene.store.findSlot(slot);
      assert.equal(known(confirmations[0]).source.kind, "import");
    });

    test("confirming a held grant that nobody sends renews it, held", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.lease();
      await scene.advance(1_000);

      const outcome = await scene.confirm(ANN);

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "renewed");
      assert.deepEqual(await scene.slot(ANN), ["held"]);
      assert.equal(outcome.grant.renewedAt, scene.now);
    });

    for (const { outcome, what, slot, state } of NOTED) {
      test(`a confirmation heard while a send is in flight that ends ${what} leaves: ${slot.join(", ")}`, async () => {
        await using scene = await LedgerScene.open(engine);
        await scene.confirm(ANN);
        await scene.accept("m1", ANN);
        const attempt = await scene.begin("m1");
        await scene.advance(1_000);

        const heard = await scene.confirm(ANN);
        assert.ok(heard.kind === "recorded");
        const slotInFlight = await scene.slot(ANN);
        await scene.advance(1_000);
        await scene.end(attempt, outcome);

        assert.equal(heard.effect, "noted");
        assert.deepEqual(slotInFlight, ["held"]);
        assert.deepEqual(await scene.slot(ANN), slot);
        assert.equal((await scene.delivery("m1")).state, state);
        assert.ok((await scene.grants(ANN)).every(({ noted }) => noted === undefined));
      });
    }

    test("a noted confirmation is applied once", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.confirm(ANN);
      await scene.end(attempt, UNSENT);

      await scene.send("m1", OK);

      assert.deepEqual(await scene.slot(ANN), ["spent"]);
    });

    test("a generation that was noted in flight and opened at settle may be spent", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.confirm(ANN);
      await scene.advance(1_000);

      await scene.end(attempt, OK);

      const [, next] = await scene.grants(ANN);
      assert.equal(known(next).isMaybeSpent, true);
    });

    test("of several confirmations heard in flight the best founded is applied", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN, { startedIn: "hers" });
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.confirm(ANN, { startedIn: "hers" });
      await scene.confirm(ANN, UNBOUND);

      await scene.end(attempt, OK);

      assert.equal(known((await scene.grants(ANN)).at(-1)).evidence, "bound");
    });

    test("weaker evidence heard in flight does not renew the grant that stays", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      const [before] = await scene.grants(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.advance(1_000);
      await scene.confirm(ANN, UNBOUND);

      await scene.end(attempt, UNSENT);

      const [grant, ...others] = await scene.grants(ANN);
      assert.deepEqual(others, []);
      assert.equal(known(grant).evidence, "bound");
      assert.equal(known(grant).renewedAt, known(before).renewedAt);
    });

    test("an operator takes a refusal's void back", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", NO_GRANT);
      const slot = { appid: APPID, openid: ANN, scene: SCENE };

      const outcome = await scene.store.reinstateGrant(slot, 1, scene.now);

      assert.equal(outcome.kind, "reinstated");
      assert.deepEqual(await scene.slot(ANN), ["available"]);
      assert.equal((await scene.accept("m2", ANN)).kind, "accepted");
    });

    test("a grant in doubt, an older one, one that is not void and one that never was stay as they are", async () => {
      await using scene = await LedgerScene.open(engine);
      const reinstate = async (generation: number): Promise<string> => {
        const slot = { appid: APPID, openid: ANN, scene: SCENE };
        const outcome = await scene.store.reinstateGrant(slot, generation, scene.now);
        return outcome.kind === "refused" ? outcome.reason : outcome.kind;
      };
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", NO_GRANT);
      await scene.confirm(ANN);
      const ofOlder = await reinstate(1);
      const ofAvailable = await reinstate(2);
      await scene.accept("m2", ANN, { whenInDoubt: "stop" });
      await scene.send("m2", UNANSWERED);

      const ofDoubt = await reinstate(2);

      assert.equal(ofOlder, "not_last_generation");
      assert.equal(ofAvailable, "not_void");
      assert.equal(ofDoubt, "in_doubt");
      assert.equal(await reinstate(3), "unknown_grant");
      assert.deepEqual(await scene.slot(ANN), ["void: platform_refused", "void: in_doubt"]);
    });

    test("when a slot's grants were last used is known of every later generation", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const issuedAt = scene.now;
      await scene.advance(1);
      await scene.send("m1", OK);
      await scene.confirm(ANN);
      await scene.accept("m2", ANN);
      await scene.send("m2", NO_GRANT);

      const outcome = await scene.confirm(ANN, { issuedAt });

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.grant.generation, 3);
      assert.equal(outcome.grant.isMaybeSpent, true);
    });

    test("of one generation's confirmations the newest are kept, and told first", async () => {
      await using scene = await LedgerScene.open(engine, { slotHistoryMax: 3 });
      const times: number[] = [];
      for (let round = 1; round <= 5; round += 1) {
        times.unshift(scene.now);
        await scene.confirm(ANN);
        await scene.advance(1);
      }

      const { confirmations } = await scene.store.findSlot({
        appid: APPID,
        openid: ANN,
        scene: SCENE,
      });

      assert.deepEqual(
        confirmations.map(({ at, effect, generation }) => ({ at, effect, generation })),
        times.slice(0, 3).map((at) => ({ at, effect: "renewed", generation: 1 })),
      );
    });

    test("a slot keeps its newest generations and confirmations, and no more", async () => {
      await using scene = await LedgerScene.open(engine, { slotHistoryMax: 3 });
      for (let round = 1; round <= 5; round += 1) {
        await scene.confirm(ANN);
        await scene.accept(`m${round}`, ANN);
        await scene.send(`m${round}`, OK);
      }

      const { grants, confirmations } = await scene.store.findSlot({
        appid: APPID,
        openid: ANN,
        scene: SCENE,
      });

      assert.deepEqual(
        grants.map(({ generation }) => generation),
        [5, 4, 3],
      );
      assert.deepEqual(
        confirmations.map(({ generation }) => generation),
        [5, 4, 3],
      );
    });

    test("a page of grants begins after the last row of the page before", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(BOB);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", OK);
      await scene.confirm(ANN);
      const { store } = scene;

      const first = await store.listGrants({ appid: APPID, limit: 2, after: undefined });
      const after = `${ANN}.${SCENE}.2`;
      const second = await store.listGrants({ appid: APPID, limit: 2, after });
      const filter = { appid: APPID, limit: 9, after: undefined };
      const available = await store.listGrants({ ...filter, state: "available" });
      const ofAnn = await store.listGrants({ ...filter, openid: ANN, scene: SCENE });

      const name = ({ openid, generation }: { openid: string; generation: number }): string =>
        `${openid}/${generation}`;
      assert.deepEqual(first.map(name), ["oAnn/1", "oAnn/2"]);
      assert.deepEqual(second.map(name), ["oBob/1"]);
      assert.deepEqual(available.map(name), ["oAnn/2", "oBob/1"]);
      assert.deepEqual(ofAnn.map(name), ["oAnn/1", "oAnn/2"]);
    });
  });
}

interface Noted {
  readonly what: string;
  readonly outcome: AttemptOutcome;
  readonly slot: readonly string[];
  readonly state: DeliveryState;
}

/** Rule 3 (b): what a confirmation heard in flight comes to, by what came of the send. */
const NOTED: readonly Noted[] = [
  { what: "delivered", outcome: OK, slot: ["spent", "available"], state: "delivered" },
  {
    what: "refused for want of a grant",
    outcome: NO_GRANT,
    slot: ["void: platform_refused", "available"],
    state: "rejected",
  },
  {
    what: "refused for the message's sake",
    outcome: refusal(47003),
    slot: ["available"],
    state: "rejected",
  },
  { what: "provably unsent", outcome: UNSENT, slot: ["held"], state: "queued" },
  { what: "by pausing the account", outcome: refusal(45009), slot: ["held"], state: "queued" },
  { what: "with a token to refresh", outcome: refusal(42001), slot: ["held"], state: "queued" },
  { what: "in doubt", outcome: BUSY, slot: ["void: in_doubt", "available"], state: "uncertain" },
  {
    what: "unanswered",
    outcome: UNANSWERED,
    slot: ["void: in_doubt", "available"],
    state: "uncertain",
  },
];
