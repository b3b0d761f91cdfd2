import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OpenId } from "@yici/protocol";
import { parseOpenId } from "@yici/protocol";
import type { AttemptOutcome, DeliveryState } from "../../../src/deliveries/delivery.ts";
import {
  ANN,
  APPID,
  BOB,
  known,
  LedgerScene,
  NO_GRANT,
  OK,
  refusal,
  UNSENT,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

const MINUTE_MS = 60_000;
const UNBOUND = { startedIn: undefined, returnedIn: undefined };

/** Rules 6 and 8: what an answer does when nothing is in doubt. */
export function testFaults(engine: StoreEngine): void {
  describe("faults", () => {
    for (const { what, outcome, state, slot, counted } of ANSWERS) {
      test(`${what}: the delivery is ${state}, its grant ${slot}`, async () => {
        await using scene = await LedgerScene.open(engine);
        await scene.confirm(ANN);
        await scene.accept("m1", ANN);

        await scene.send("m1", outcome);

        const delivery = await scene.delivery("m1");
        assert.equal(delivery.state, state);
        assert.equal(delivery.countedAttempts, counted);
        assert.equal(delivery.attemptNumber, 1);
        assert.equal(delivery.doubt, "none");
        assert.deepEqual(await scene.slot(ANN), [slot]);
      });
    }

    test("a settled attempt keeps the platform's answer word for word", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      const attempt = await scene.begin("m1");
      await scene.advance(250);

      await scene.end(attempt, { ...NO_GRANT, rid: undefined });

      const { attempts, delivery } = known(await scene.store.findMessage(APPID, "m1"));
      const [only] = attempts;
      assert.deepEqual(known(only).outcome, { ...NO_GRANT, rid: undefined });
      assert.equal(known(only).finishedAt, scene.now);
      assert.equal(known(only).isLate, false);
      assert.equal(delivery.cause, "grant_refused");
      assert.equal(delivery.errcode, 43101);
      assert.equal(delivery.fault, "grant");
      assert.equal(delivery.settledAt, scene.now);
      assert.equal(delivery.leaseId, undefined);
    });

    test("a refused token is tried again at once, twice in a row blames the account", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);

      const first = await scene.send("m1", refusal(40001));
      const second = await scene.send("m1", refusal(40014));

      const goesOn = { kind: "settled", state: "queued", retryAt: scene.now } as const;
      assert.deepEqual(first, { ...goesOn, isAccountPaused: false });
      assert.deepEqual(second, { ...goesOn, isAccountPaused: true });
      const pause = known(await scene.store.findPause(APPID));
      assert.equal(pause.reason, "token_refused");
      assert.equal(pause.errcode, 40014);
      assert.equal(pause.detail, "errmsg of 40014");
      const delivery = await scene.delivery("m1");
      assert.equal(delivery.attemptNumber, 2);
      assert.equal(delivery.countedAttempts, 0);
      assert.equal(delivery.tokenFaults, 0);
    });

    test("two refused tokens with another answer between them blame nobody", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", refusal(40001));
      await scene.send("m1", UNSENT);

      const outcome = await scene.send("m1", refusal(40001));

      assert.ok(outcome.kind === "settled");
      assert.equal(outcome.isAccountPaused, false);
    });

    test("an account's fault pauses all its deliveries in one row and leaves them as they are", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);
      await scene.accept("m2", BOB);
      const before = await scene.delivery("m2");

      const outcome = await scene.send("m1", refusal(48001));

      assert.ok(outcome.kind === "settled");
      assert.equal(outcome.isAccountPaused, true);
      assert.deepEqual(await scene.delivery("m2"), before);
      assert.deepEqual((await scene.lease()).messageIds, []);
      assert.deepEqual(await scene.store.listDueAccounts(scene.now, 10), []);
      const { pause } = known(await scene.store.findMessage(APPID, "m2"));
      assert.equal(known(pause).reason, "api_unauthorized");
      assert.equal(known(pause).until, undefined);
    });

    test("a leased delivery of an account that was paused meanwhile does not start, and is due when it resumes", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);
      await scene.accept("m2", BOB);
      const { leaseId } = await scene.lease();
      await scene.start("m1", leaseId);
      await scene.end({ messageId: "m1", leaseId, number: 1 }, refusal(48001));

      const started = await scene.start("m2", leaseId);
      await scene.store.resumeAccount(APPID, scene.now);

      assert.deepEqual(started, { kind: "refused" });
      assert.deepEqual((await scene.lease()).messageIds.toSorted(), ["m1", "m2"]);
    });

    test("an exhausted quota pauses until the platform's next day, in UTC+8", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);

      await scene.send("m1", refusal(45009));

      const pause = known(await scene.store.findPause(APPID));
      assert.equal(pause.reason, "quota_exhausted");
      assert.equal(pause.until, Date.UTC(2026, 0, 1, 16));
    });

    test("a pause ends by itself when its time has come", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", refusal(45011));
      await scene.advance(MINUTE_MS - 1);
      const early = await scene.lease();
      await scene.advance(1);

      const { messageIds } = await scene.lease();
      await scene.sweep();

      assert.deepEqual(early.messageIds, []);
      assert.deepEqual(messageIds, ["m1"]);
      assert.equal(await scene.store.findPause(APPID), undefined);
      assert.equal((await scene.eventTypes()).at(-1), "account.resumed");
    });

    test("a shorter pause does not end a longer one, a longer one takes its place", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);
      await scene.accept("m2", BOB);
      const { leaseId } = await scene.lease();
      await scene.start("m1", leaseId);
      await scene.start("m2", leaseId);
      const reason = async (): Promise<string | undefined> =>
        (await scene.store.findPause(APPID))?.reason;

      await scene.end({ messageId: "m1", leaseId, number: 1 }, refusal(45009));
      await scene.end({ messageId: "m2", leaseId, number: 1 }, refusal(45011));
      const afterShorter = await reason();
      await scene.store.pauseAccount(APPID, BY_OPERATOR, scene.now);

      assert.equal(afterShorter, "quota_exhausted");
      assert.equal(await reason(), "operator");
    });

    test("an operator pauses and resumes an account", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);

      await scene.store.pauseAccount(APPID, BY_OPERATOR, scene.now);
      const paused = await scene.lease();
      const pause = await scene.store.findPause(APPID);
      await scene.store.resumeAccount(APPID, scene.now);

      assert.deepEqual(paused.messageIds, []);
      assert.deepEqual(pause, BY_OPERATOR);
      assert.equal(await scene.store.findPause(APPID), undefined);
      assert.deepEqual((await scene.lease()).messageIds, ["m1"]);
      assert.deepEqual((await scene.eventTypes()).slice(-2), ["account.paused", "account.resumed"]);
    });

    test("a message that waits and is refused for want of a grant waits again, for another", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.accept("m1", ANN, { whenNoGrant: "wait" });
      await scene.confirm(ANN);
      const refused = await scene.send("m1", NO_GRANT);
      const waiting = await scene.delivery("m1");

      await scene.confirm(ANN);
      await scene.send("m1", OK);

      assert.ok(refused.kind === "settled");
      assert.equal(refused.state, "waiting");
      assert.equal(waiting.generation, undefined);
      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "delivered");
      assert.equal(delivery.generation, 2);
      assert.deepEqual(await scene.slot(ANN), ["void: platform_refused", "spent"]);
    });

    test("a message that would wait again takes the grant that was noted while it was sent", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.accept("m1", ANN, { whenNoGrant: "wait" });
      await scene.confirm(ANN);
      const attempt = await scene.begin("m1");
      await scene.confirm(ANN);

      const outcome = await scene.end(attempt, NO_GRANT);

      assert.ok(outcome.kind === "settled");
      assert.equal(outcome.state, "queued");
      assert.equal(outcome.retryAt, scene.now);
      assert.equal((await scene.delivery("m1")).generation, 2);
      assert.deepEqual(await scene.slot(ANN), ["void: platform_refused", "held"]);
    });

    test("a message that waits again goes before those that began to wait later", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.accept("m1", ANN, { whenNoGrant: "wait" });
      await scene.accept("m2", ANN, { whenNoGrant: "wait" });
      await scene.confirm(ANN);
      await scene.send("m1", NO_GRANT);

      await scene.confirm(ANN);

      assert.equal((await scene.delivery("m1")).state, "queued");
      assert.equal((await scene.delivery("m2")).state, "waiting");
    });

    test("a platform that cannot be reached is tried with backoff, then the delivery is abandoned and its grant free", async () => {
      await using scene = await LedgerScene.open(engine, { attemptsMax: 3, backoffBaseMs: 1_000 });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);

      const first = await scene.send("m1", UNSENT, 0.5);
      await scene.advance(500);
      const second = await scene.send("m1", UNSENT, 0.5);
      await scene.advance(1_000);
      const third = await scene.send("m1", UNSENT, 0.5);

      assert.ok(first.kind === "settled" && second.kind === "settled" && third.kind === "settled");
      assert.equal(first.retryAt, scene.now - 1_000);
      assert.equal(second.retryAt, scene.now);
      assert.equal(third.state, "abandoned");
      const delivery = await scene.delivery("m1");
      assert.equal(delivery.cause, "out_of_attempts");
      assert.equal(delivery.settledAt, scene.now);
      assert.deepEqual(await scene.slot(ANN), ["available"]);
    });

    test("what would be tried again after its deadline is abandoned at once", async () => {
      await using scene = await LedgerScene.open(engine, { backoffBaseMs: 1_000 });
      await scene.confirm(ANN);
      await scene.accept("m1", ANN, { deadlineAt: scene.now + 500 });

      await scene.send("m1", UNSENT, 0.5);

      const delivery = await scene.delivery("m1");
      assert.equal(delivery.state, "abandoned");
      assert.equal(delivery.cause, "deadline_passed");
    });

    describe("the alarm of refused grants", () => {
      const policy = { refusalAlarm: { ...ALARM, windowMs: MINUTE_MS } };

      test("too many refusals of well-founded grants pause the account, and the last one's grant stays", async () => {
        await using scene = await LedgerScene.open(engine, policy);
        const outcomes = [];
        for (const person of PEOPLE.slice(0, 4)) outcomes.push(await refuse(scene, person));

        assert.deepEqual(
          outcomes.map((outcome) => outcome.kind === "settled" && outcome.state),
          ["rejected", "rejected", "rejected", "queued"],
        );
        const pause = known(await scene.store.findPause(APPID));
        assert.equal(pause.reason, "grants_refused");
        assert.equal(pause.until, undefined);
        assert.deepEqual(await scene.slot(known(PEOPLE[3])), ["held"]);
        assert.equal((await scene.delivery("m-o3")).countedAttempts, 0);
      });

      test("a send that was in flight when the alarm was raised is put off, its grant held", async () => {
        await using scene = await LedgerScene.open(engine, policy);
        await scene.confirm(BOB);
        await scene.accept("m0", BOB);
        const attempt = await scene.begin("m0");
        for (const person of PEOPLE.slice(0, 4)) await refuse(scene, person);

        const outcome = await scene.end(attempt, NO_GRANT);

        assert.ok(outcome.kind === "settled");
        assert.equal(outcome.state, "queued");
        assert.deepEqual(await scene.slot(BOB), ["held"]);
      });

      test("after an operator's word a refused grant is void again, and counting starts anew", async () => {
        await using scene = await LedgerScene.open(engine, policy);
        for (const person of PEOPLE.slice(0, 4)) await refuse(scene, person);
        await scene.store.resumeAccount(APPID, scene.now);

        const outcome = await scene.send("m-o3", NO_GRANT);

        assert.ok(outcome.kind === "settled");
        assert.equal(outcome.state, "rejected");
        assert.equal(outcome.isAccountPaused, false);
      });

      test("a share that is not passed raises no alarm", async () => {
        await using scene = await LedgerScene.open(engine, policy);
        for (const person of PEOPLE.slice(0, 2)) await refuse(scene, person);
        for (const person of PEOPLE.slice(2, 4)) await deliver(scene, person);

        assert.equal(await scene.store.findPause(APPID), undefined);
      });

      test("refusals of weak and of perhaps spent grants, and those of long ago, do not count", async () => {
        await using scene = await LedgerScene.open(engine, policy);
        const issuedAt = scene.now;
        for (const person of PEOPLE.slice(0, 4)) await refuse(scene, person, UNBOUND);
        await scene.advance(1);
        for (const person of PEOPLE.slice(4, 8)) {
          await deliver(scene, person);
          await scene.advance(MINUTE_MS);
          await refuse(scene, person, { issuedAt }, "again");
        }
        for (const person of PEOPLE.slice(8, 11)) await refuse(scene, person);
        await scene.advance(MINUTE_MS);
        for (const person of PEOPLE.slice(11, 14)) await refuse(scene, person);

        assert.equal(await scene.store.findPause(APPID), undefined);
      });
    });
  });
}

const BY_OPERATOR = {
  reason: "operator",
  errcode: undefined,
  detail: "maintenance",
  pausedAt: 7,
  until: undefined,
};

const ALARM = {
  attemptsMin: 4,
  shareMax: 0.5,
  pause: { reason: "grants_refused", length: "operator" },
} as const;

const PEOPLE: readonly OpenId[] = Array.from({ length: 14 }, (_, index) =>
  known(parseOpenId(`o${index}`)),
);

async function refuse(
  scene: LedgerScene,
  person: OpenId,
  visit = {},
  suffix = "",
): ReturnType<LedgerScene["send"]> {
  await scene.confirm(person, visit);
  await scene.accept(`m-${person}${suffix}`, person);
  return scene.send(`m-${person}${suffix}`, NO_GRANT);
}

async function deliver(scene: LedgerScene, person: OpenId): Promise<void> {
  await scene.confirm(person);
  await scene.accept(`m-${person}`, person);
  await scene.send(`m-${person}`, OK);
}

interface Answer {
  readonly what: string;
  readonly outcome: AttemptOutcome;
  readonly state: DeliveryState;
  readonly slot: string;
  readonly counted: number;
}

/** Rule 8's table, code by code. */
const ANSWERS: readonly Answer[] = [
  { what: "0", outcome: OK, state: "delivered", slot: "spent", counted: 1 },
  ...[40001, 40014, 42001].map((errcode) => row(errcode, "queued", "held", 0)),
  row(43101, "rejected", "void: platform_refused", 1),
  ...[40003, 49003].map((errcode) => row(errcode, "rejected", "void: recipient_gone", 1)),
  ...[43019, 48002].map((errcode) => row(errcode, "rejected", "available", 1)),
  ...[40062, 45002, 47003, 45082, 40013, 40165, 40166].map((errcode) =>
    row(errcode, "rejected", "available", 1),
  ),
  ...[
    40036, 40037, 40164, 40243, 43003, 45009, 45011, 48001, 48004, 50002, 61003, 61007, 89501,
    89503, 89506, 89507,
  ].map((errcode) => row(errcode, "queued", "held", 0)),
  { what: "provably unsent", outcome: UNSENT, state: "queued", slot: "held", counted: 1 },
];

function row(errcode: number, state: DeliveryState, slot: string, counted: number): Answer {
  return { what: String(errcode), outcome: refusal(errcode), state, slot, counted };
}
