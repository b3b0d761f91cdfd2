import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptOutcome, DeliveryCause, Likely } from "../../../src/deliveries/delivery.ts";
import {
  ANN,
  APPID,
  BUSY,
  known,
  LEASE_MS,
  LedgerScene,
  NO_GRANT,
  OK,
  refusal,
  UNANSWERED,
  UNSENT,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

const UNBOUND = { startedIn: undefined, returnedIn: undefined };
const WINDOW_MS = 600_000;

/** Rules 6 and 7: doubt is sticky, and late answers. */
export function testDoubt(engine: StoreEngine): void {
  describe("doubt", () => {
    for (const { what, outcome, doubt } of DOUBTS) {
      test(`${what} leaves the delivery queued in doubt, its grant held`, async () => {
        await using scene = await LedgerScene.open(engine);
        await scene.confirm(ANN);
        await scene.accept("m1", ANN);
        const startedAt = scene.now;
        const attempt = await scene.begin("m1");
        await scene.advance(100);

        await scene.end(attempt, outcome);

        const delivery = await scene.delivery("m1");
        assert.equal(delivery.state, "queued");
        assert.equal(delivery.doubt, doubt);
        assert.equal(delivery.unansweredAt, doubt === "unanswered" ? startedAt : undefined);
        assert.equal(delivery.countedAttempts, 1);
        assert.deepEqual(await scene.slot(ANN), ["held"]);
      });

      test(`after ${what} a send that is answered 0 is delivered`, async () => {
        await using scene = await LedgerScene.open(engine);
        await scene.confirm(ANN);
        await scene.accept("m1", ANN);
        await scene.send("m1", outcome);

        await scene.send("m1", OK);

        assert.equal((await scene.delivery("m1")).state, "delivered");
        assert.deepEqual(await scene.slot(ANN), ["spent"]);
      });

      for (const { answer, cause, likely } of ENDS) {
        const wanted = answer === NO_GRANT && doubt === "unanswered" ? likely : "unknown";
        test(`after ${what}, errcode ${String(answer.errcode)} ends uncertain, likely ${wanted}`, async () => {
          await using scene = await LedgerScene.open(engine);
          await scene.confirm(ANN);
          await scene.accept("m1", ANN);
          await scene.send("m1", outcome);

          await scene.send("m1", answer);

          const delivery = await scene.delivery("m1");
          assert.equal(delivery.state, "uncertain");
          assert.equal(delivery.cause, cause);
          assert.equal(delivery.likely, wanted);
          assert.deepEqual(await scene.slot(ANN), ["void: in_doubt"]);
        });
      }

      for (const answer of GOES_ON) {
        test(`after ${what}, ${describeAnswer(answer)} leaves it queued, in doubt, its grant held`, async () => {
          await using scene = await LedgerScene.open(engine);
          await scene.confirm(ANN);
          await scene.accept("m1", ANN);
          await scene.send("m1", outcome);

          await scene.send("m1", answer);

          const delivery = await scene.delivery("m1");
          assert.equal(delivery.state, "queued");
          assert.equal(delivery.doubt, doubt);
          assert.deepEqual(await scene.slot(ANN), ["held"]);
        });
      }
    }

    test("an unanswered send is never taken for a busy one afterwards", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);

      await scene.send("m1", BUSY);

      assert.equal((await scene.delivery("m1")).doubt, "unanswered");
    });

    test("43101 after an unanswered send on a weak grant says nothing of what happened", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN, UNBOUND);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);

      await scene.send("m1", NO_GRANT);

      assert.equal((await scene.delivery("m1")).likely, "unknown");
    });

    test("a message that would wait again ends uncertain when 43101 comes in doubt", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { whenNoGrant: "wait" });
      await scene.send("m1", UNANSWERED);

      await scene.send("m1", NO_GRANT);

      assert.equal((await scene.delivery("m1")).state, "uncertain");
    });

    test("an unanswered send is not repeated where the caller says stop", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { whenInDoubt: "stop" });

      await scene.send("m1", UNANSWERED);

      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "uncertain");
      assert.equal(delivery.cause, "stopped_in_doubt");
      assert.deepEqual(await scene.slot(ANN), ["void: in_doubt"]);
    });

    test("the account's word on doubt stands where the caller has none, and the caller's stands above it", async () => {
      await using scene = await LedgerScene.open(engine);
      const account = known(await scene.store.findAccount(APPID));
      await scene.store.replaceAccount({ ...account, whenInDoubt: "stop" });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);
      await scene.confirm(ANN);
      await scene.accept("m2", ANN, { whenInDoubt: "retry" });

      await scene.send("m2", UNANSWERED);

      assert.equal((await scene.delivery("m1")).state, "uncertain");
      assert.equal((await scene.delivery("m2")).state, "queued");
    });

    test("a busy platform is asked again though the caller says stop", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { whenInDoubt: "stop" });

      await scene.send("m1", BUSY);

      assert.equal((await scene.delivery("m1")).state, "queued");
    });

    test("what would be tried again after the doubt window ends at once", async () => {
      await using scene = await LedgerScene.open(engine, {
        doubtWindowMs: 1_000,
        backoffBaseMs: 4_000,
      });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);

      await scene.send("m1", UNANSWERED, 0.5);

      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "uncertain");
      assert.equal(delivery.cause, "doubt_window_closed");
      assert.equal(delivery.likely, "unknown");
    });

    test("an attempt does not start once the doubt window has closed", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);
      await scene.advance(WINDOW_MS - 1);
      const { leaseId, messageIds } = await scene.lease();
      await scene.advance(1);

      const outcome = await scene.start("m1", leaseId);

      assert.deepEqual(messageIds, ["m1"]);
      assert.deepEqual(outcome, { kind: "refused" });
    });

    test("the window closes on a queued delivery, and a paused account does not keep it open", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);
      await scene.send("m1", refusal(48001));
      await scene.advance(WINDOW_MS);

      await scene.sweep();

      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "uncertain");
      assert.equal(delivery.cause, "doubt_window_closed");
      assert.deepEqual(await scene.slot(ANN), ["void: in_doubt"]);
    });

    test("a busy platform leaves no window, only attempts and the deadline", async () => {
      await using scene = await LedgerScene.open(engine, { attemptsMax: 3 });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", BUSY);
      await scene.advance(WINDOW_MS * 2);
      await scene.sweep();
      await scene.send("m1", BUSY);

      await scene.send("m1", BUSY);

      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "uncertain");
      assert.equal(delivery.cause, "out_of_attempts");
    });

    test("a confirmation ends a doubt: the old generation is void, a new one opens", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);
      await scene.advance(1_000);

      const outcome = await scene.confirm(ANN);

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.effect, "replaced");
      assert.equal(outcome.grant.generation, 2);
      assert.equal(outcome.grant.isMaybeSpent, false);
      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "uncertain");
      assert.equal(delivery.cause, "confirmation_heard");
      assert.deepEqual(await scene.slot(ANN), ["void: in_doubt", "available"]);
    });

    test("a confirmation asked for before a doubtful send may have been used by it", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const issuedAt = scene.now;
      await scene.advance(1);
      await scene.send("m1", UNANSWERED);

      const outcome = await scene.confirm(ANN, { issuedAt });

      assert.ok(outcome.kind === "recorded");
      assert.equal(outcome.grant.isMaybeSpent, true);
    });

    test("the new generation goes to the message that waits", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.accept("m2", ANN, { whenNoGrant: "wait" });
      await scene.send("m1", UNANSWERED);

      await scene.confirm(ANN);

      assert.equal((await scene.delivery("m1")).state, "uncertain");
      assert.equal((await scene.delivery("m2")).state, "queued");
      assert.deepEqual(await scene.slot(ANN), ["void: in_doubt", "held"]);
    });

    test("a confirmation of the weakest kind ends a doubt too", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);

      await scene.confirm(ANN, UNBOUND);

      assert.equal((await scene.delivery("m1")).state, "uncertain");
      const grants = await scene.grants(ANN);
      assert.deepEqual(
        grants.map(({ evidence }) => evidence),
        ["bound", "unbound"],
      );
    });

    test("a leased retry does not start after a confirmation was heard", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);
      const { leaseId } = await scene.lease();

      await scene.confirm(ANN);

      assert.deepEqual(await scene.start("m1", leaseId), { kind: "refused" });
    });

    test("a rescued attempt is unanswered", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.begin("m1");
      const startedAt = scene.now;
      await scene.advance(LEASE_MS);

      const swept = await scene.sweep();

      assert.equal(swept, 1);
      const { attempts, delivery } = known(await scene.store.findMessage(APPID, "m1"));
      assert.deepEqual(known(attempts[0]).outcome, { kind: "unanswered", reason: "lease_expired" });
      assert.equal(delivery.state, "queued");
      assert.equal(delivery.doubt, "unanswered");
      assert.equal(delivery.unansweredAt, startedAt);
    });

    test("an attempt is not rescued before its lease has ended", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.begin("m1");
      await scene.advance(LEASE_MS - 1);

      assert.equal(await scene.sweep(), 0);
      assert.equal((await scene.delivery("m1")).state, "sending");
    });

    test("an answer after the lease ended, but before anybody took it over, counts as any other", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.advance(LEASE_MS * 2);

      const outcome = await scene.end(attempt, NO_GRANT);

      assert.equal(outcome.kind, "settled");
      assert.equal((await scene.delivery("m1")).state, "rejected");
    });

    test("0 after the attempt was rescued makes the queued delivery delivered and its grant spent", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.advance(LEASE_MS);
      await scene.sweep();

      const outcome = await scene.end(attempt, OK);

      assert.deepEqual(outcome, { kind: "late", state: "delivered" });
      const { attempts } = known(await scene.store.findMessage(APPID, "m1"));
      assert.deepEqual(known(attempts[0]).outcome, OK);
      assert.equal(known(attempts[0]).isLate, true);
      assert.deepEqual(await scene.slot(ANN), ["spent"]);
      assert.deepEqual((await scene.lease()).messageIds, []);
    });

    test("0 makes even an uncertain delivery delivered, and its void grant spent; the new generation stays", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.advance(LEASE_MS);
      await scene.sweep();
      await scene.confirm(ANN);

      await scene.end(attempt, OK);

      assert.equal((await scene.delivery("m1")).state, "delivered");
      assert.equal((await scene.delivery("m1")).likely, undefined);
      assert.deepEqual(await scene.slot(ANN), ["spent", "available"]);
    });

    test("0 for the first attempt while the second is in flight: delivered; the second answer changes nothing", async () => {
      await using scene = await LedgerScene.open(engine, { backoffBaseMs: 0 });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const first = await scene.begin("m1");
      await scene.advance(LEASE_MS);
      await scene.sweep();
      const second = await scene.begin("m1");

      await scene.end(first, OK);
      const outcome = await scene.end(second, NO_GRANT);

      assert.deepEqual(outcome, { kind: "late", state: "delivered" });
      const { attempts, delivery } = known(await scene.store.findMessage(APPID, "m1"));
      assert.equal(delivery.state, "delivered");
      assert.deepEqual(
        attempts.map((attempt) => attempt.outcome),
        [OK, NO_GRANT],
      );
      assert.deepEqual(await scene.slot(ANN), ["spent"]);
    });

    test("a confirmation noted in flight is applied when a late 0 settles the delivery", async () => {
      await using scene = await LedgerScene.open(engine, { backoffBaseMs: 0 });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const first = await scene.begin("m1");
      await scene.advance(LEASE_MS);
      await scene.sweep();
      await scene.begin("m1");
      await scene.confirm(ANN);

      await scene.end(first, OK);

      assert.deepEqual(await scene.slot(ANN), ["spent", "available"]);
    });

    test("two sends answered 0 are counted, for they are two messages on the phone", async () => {
      await using scene = await LedgerScene.open(engine, { backoffBaseMs: 0 });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const first = await scene.begin("m1");
      await scene.advance(LEASE_MS);
      await scene.sweep();
      await scene.send("m1", OK);

      await scene.end(first, OK);

      assert.equal((await scene.eventTypes()).at(-1), "message.sent_twice");
    });

    test("a late refusal is kept on its attempt and changes nothing", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.advance(LEASE_MS);
      await scene.sweep();
      const before = await scene.delivery("m1");
      const answer = refusal(48001);

      const outcome = await scene.end(attempt, answer);

      assert.deepEqual(outcome, { kind: "late", state: "queued" });
      const { attempts, delivery, pause } = known(await scene.store.findMessage(APPID, "m1"));
      assert.deepEqual(delivery, before);
      assert.equal(pause, undefined);
      assert.deepEqual(known(attempts[0]).outcome, answer);
      assert.equal(known(attempts[0]).isLate, true);
      assert.deepEqual(await scene.slot(ANN), ["held"]);
    });

    test("the same settlement twice is settled once", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.end(attempt, OK);
      const events = await scene.eventTypes();

      const outcome = await scene.end(attempt, OK);

      assert.deepEqual(outcome, { kind: "late", state: "delivered" });
      const { attempts } = known(await scene.store.findMessage(APPID, "m1"));
      assert.equal(known(attempts[0]).isLate, false);
      assert.deepEqual(await scene.eventTypes(), events);
    });

    test("an unanswered send that is settled twice is not late", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.end(attempt, UNANSWERED);
      const before = await scene.store.findMessage(APPID, "m1");

      const outcome = await scene.end(attempt, UNANSWERED);

      assert.deepEqual(outcome, { kind: "late", state: "queued" });
      assert.deepEqual(await scene.store.findMessage(APPID, "m1"), before);
    });

    test("a settlement under another lease than the attempt's is late", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");

      const outcome = await scene.end({ ...attempt, leaseId: "another" }, NO_GRANT);

      assert.deepEqual(outcome, { kind: "late", state: "sending" });
      assert.deepEqual(await scene.slot(ANN), ["held"]);
    });

    test("an unsent retry does not lift an earlier doubt", async () => {
      await using scene = await LedgerScene.open(engine, { attemptsMax: 2 });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);

      await scene.send("m1", UNSENT);

      assert.equal((await scene.delivery("m1")).state, "uncertain");
      assert.deepEqual(await scene.slot(ANN), ["void: in_doubt"]);
    });
  });
}

const DOUBTS = [
  { what: "an unanswered send", outcome: UNANSWERED, doubt: "unanswered" },
  { what: "a busy platform", outcome: BUSY, doubt: "doubtful" },
  { what: "an unknown errcode", outcome: refusal(123456), doubt: "doubtful" },
] as const;

interface End {
  readonly answer: Extract<AttemptOutcome, { readonly kind: "answered" }>;
  readonly cause: DeliveryCause;
  /** After an unanswered send on a well-founded grant. */
  readonly likely: Likely;
}

const ENDS: readonly End[] = [
  { answer: NO_GRANT, cause: "refused_in_doubt", likely: "delivered" },
  { answer: refusal(40003), cause: "refused_in_doubt", likely: "unknown" },
  { answer: refusal(43019), cause: "refused_in_doubt", likely: "unknown" },
  { answer: refusal(47003), cause: "refused_in_doubt", likely: "unknown" },
];

const GOES_ON: readonly AttemptOutcome[] = [refusal(42001), refusal(48001), UNSENT];

function describeAnswer(outcome: AttemptOutcome): string {
  return outcome.kind === "answered" ? `errcode ${outcome.errcode}` : outcome.kind;
}
