import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseOpenId, StoreError } from "@yici/protocol";
import type { AttemptOutcome } from "../../../src/deliveries/delivery.ts";
import type { MessageReport, Round, SettleOutcome } from "../../../src/store/ledger.ts";
import {
  ANN,
  APPID,
  BOB,
  BUSY,
  known,
  LedgerScene,
  NO_GRANT,
  OK,
  OTHER_APPID,
  refusal,
  SCENE,
  UNANSWERED,
  UNSENT,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

/** Rules 9 and 11: what is answered is kept, and facts, states and events share their commits. */
export function testCommits(engine: StoreEngine): void {
  describe("commits", () => {
    test("a bad fact fails alone", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);

      const [bad, good] = await Promise.allSettled([
        scene.accept("m1", BOB),
        scene.accept("m2", BOB),
      ]);

      assert.ok(bad.status === "rejected");
      assert.ok(bad.reason instanceof StoreError);
      assert.equal(bad.reason.isCommitUnknown, false);
      assert.ok(good.status === "fulfilled");
      assert.equal(good.value.kind, "accepted");
    });

    test("a bad fact leaves nothing behind: no half of a message, no held grant, no event", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      await scene.accept("m1", ANN);
      const events = await scene.eventTypes();

      await assert.rejects(scene.accept("m1", BOB, { idempotency: { key: "k", bodyHash: "b" } }));

      assert.deepEqual(await scene.slot(BOB), ["available"]);
      assert.deepEqual(await scene.eventTypes(), events);
      const again = await scene.accept("m2", BOB, { idempotency: { key: "k", bodyHash: "b" } });
      assert.equal(again.kind, "accepted");
    });

    test("confirmations, acceptances and waiting messages that meet never lose a grant or a waiter", async () => {
      await using scene = await LedgerScene.open(engine);
      const rounds = Array.from({ length: 30 }, (_, index) => index);

      await Promise.all(
        rounds.flatMap((round): Promise<unknown>[] => [
          scene.accept(`w${round}`, ANN, { whenNoGrant: "wait" }),
          scene.confirm(ANN),
          scene.accept(`r${round}`, ANN),
          scene.store.cancel(APPID, `w${round - (round % 3)}`, scene.now),
        ]),
      );

      const grants = await scene.grants(ANN);
      const filter = { appid: APPID, limit: 200, after: undefined };
      const waiting = await scene.store.listMessages({ ...filter, state: "waiting" });
      const queued = await scene.store.listMessages({ ...filter, state: "queued" });
      assert.equal(grants.length, 1);
      assert.equal(known(grants[0]).state, "held");
      assert.equal(queued.length, 1);
      assert.equal(known(queued[0]).message.messageId, known(grants[0]).messageId);
      assert.ok(waiting.length > 0);
    });

    test("many sends that end in one round come to what they come to one by one, whatever each of them came to", async () => {
      await using together = await LedgerScene.open(engine, { backoffBaseMs: 0 });
      await using apart = await LedgerScene.open(engine, { backoffBaseMs: 0 });
      const rounds = await Promise.all([together, apart].map(beginAll));
      const [round, sameRound] = rounds;
      assert.ok(round !== undefined && sameRound !== undefined);

      const { settled } = await together.store.advance(round);
      const settledApart: SettleOutcome[] = [];
      for (const settlement of sameRound.settlements) {
        const alone = { settlements: [settlement], starts: [], now: apart.now };
        settledApart.push(...(await apart.store.advance(alone)).settled);
      }

      assert.deepEqual(settled, settledApart);
      assert.equal(new Set(settled.map(({ state }) => state)).size, 4);
      const story = await tellAll(together);
      assert.deepEqual(story, await tellAll(apart));
      assert.deepEqual(
        story.messages.map(({ attempts }) => attempts.map(({ outcome }) => outcome)),
        ANSWERS.map((answer) => [answer]),
      );
    });

    test("a store that is opened again finds everything", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", UNANSWERED);
      await scene.confirm(BOB);
      await scene.accept("m2", BOB, { idempotency: { key: "k", bodyHash: "b" } });
      await scene.begin("m2");
      const look = async (): Promise<unknown> => ({
        m1: await scene.store.findMessage(APPID, "m1"),
        m2: await scene.store.findMessage(APPID, "m2"),
        events: await scene.store.listEvents(APPID, 0, 100),
        next: await scene.store.findNextDueAt(),
        accounts: await scene.store.listAccounts(),
      });
      const before = await look();

      await scene.reopen();

      assert.deepEqual(await look(), before);
    });

    test("what was asked before closing is written, what is asked afterwards is refused", async () => {
      await using scene = await LedgerScene.open(engine);
      const { store } = scene;
      const callback = scene.buildConfirmed(ANN);
      const pending = store.confirm(callback, scene.now);

      await scene.reopen();

      assert.equal((await pending).kind, "recorded");
      await assert.rejects(store.confirm(callback, scene.now), StoreError);
      assert.deepEqual(await scene.slot(ANN), ["available"]);
    });

    test("events are numbered 1, 2, 3 … within each account, whoever writes at once", async () => {
      await using scene = await LedgerScene.open(engine);
      const people = [ANN, BOB];
      await Promise.all(
        people.flatMap((person) =>
          [APPID, OTHER_APPID].flatMap((appid) => [
            scene.confirm(person, { appid }),
            scene.accept(`m-${person}`, person, { appid }),
          ]),
        ),
      );

      for (const appid of [APPID, OTHER_APPID]) {
        const events = await scene.store.listEvents(appid, 0, 100);
        assert.deepEqual(
          events.map(({ number }) => number),
          [1, 2, 3, 4],
        );
        const after = await scene.store.listEvents(appid, 2, 1);
        assert.deepEqual(
          after.map(({ number }) => number),
          [3],
        );
      }
    });

    test("each fact tells what became of messages and grants", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.accept("m1", ANN);
      await scene.send("m1", OK);

      const events = await scene.store.listEvents(APPID, 0, 10);

      assert.deepEqual(
        events.map(({ type }) => type),
        ["grant.opened", "message.queued", "message.delivered"],
      );
      const about = { messageId: "m1", openid: ANN, scene: SCENE, generation: 1 };
      const told = { ...about, grant: "spent", attempts: 1, cause: "answered_ok", errcode: 0 };
      assert.deepEqual(known(events[2]).facts, told);
    });

    test("the engine is told after a commit that made something due, once for the whole commit", async () => {
      await using scene = await LedgerScene.open(engine);
      await scene.confirm(ANN);
      await scene.confirm(BOB);
      let toldCount = 0;
      scene.store.onDue(() => (toldCount += 1));

      await Promise.all([scene.accept("m1", ANN), scene.accept("m2", BOB)]);
      await scene.advance(0);
      const afterAccept = toldCount;
      await scene.lease();
      await scene.advance(0);

      assert.equal(afterAccept, 1);
      assert.equal(toldCount, 1);
    });

    test("whoever lets callers wait is told of a delivery that changed, whatever road it took", async () => {
      await using scene = await LedgerScene.open(engine);
      const told: string[] = [];
      scene.store.onChange((changed) => changed === "unknown" || told.push(...changed));
      const toldOf = async (change: () => Promise<unknown>): Promise<readonly string[]> => {
        await scene.advance(0);
        told.length = 0;
        await change();
        await scene.advance(0);
        return [...told];
      };
      for (const openid of [ANN, BOB]) await scene.confirm(openid);

      const byAccept = await toldOf(() => scene.accept("m1", ANN));
      const byAnswer = await toldOf(() => scene.send("m1", UNANSWERED));
      const byConfirmation = await toldOf(() => scene.confirm(ANN));
      await scene.accept("m2", BOB);
      const byCancel = await toldOf(() => scene.store.cancel(APPID, "m2", scene.now));
      await scene.accept("m3", BOB, { deadlineAt: scene.now + 1_000, dueAt: scene.now + 900 });
      await scene.advance(1_000);
      const byDeadline = await toldOf(() => scene.sweep());

      assert.deepEqual(byAccept, ["m1"]);
      assert.deepEqual(byAnswer, ["m1"]);
      assert.deepEqual(byConfirmation, ["m1"]);
      assert.deepEqual(byCancel, ["m2"]);
      assert.deepEqual(byDeadline, ["m3"]);
    });
  });
}

/** Answers that differ in all that is kept of them, and some that differ in nothing. */
const ANSWERS: readonly AttemptOutcome[] = [
  OK,
  { ...OK, rid: "one" },
  BUSY,
  OK,
  UNANSWERED,
  { ...OK, rid: "two" },
  UNSENT,
  NO_GRANT,
  refusal(40003),
  refusal(47003),
  OK,
  { ...OK, errmsg: "fine" },
  { ...OK, errcode: -1 },
  OK,
  { ...OK, rid: "three" },
  NO_GRANT,
  BUSY,
  OK,
];
const PEOPLE = ANSWERS.map((_, index) => known(parseOpenId(`oPerson${index}`)));

/** A message to each person is being sent, the last six confirm meanwhile; answers how all of it ends. */
async function beginAll(scene: LedgerScene): Promise<Round> {
  for (const [index, person] of PEOPLE.entries()) {
    await scene.confirm(person, index % 2 === 0 ? {} : { startedIn: undefined });
    await scene.accept(`m${index}`, person);
  }
  const { leaseId } = await scene.lease();
  for (const index of PEOPLE.keys()) await scene.start(`m${index}`, leaseId);
  await scene.advance(10);
  for (const person of PEOPLE.slice(-6)) await scene.confirm(person);
  const settlements = ANSWERS.map((outcome, index) => {
    return { appid: APPID, messageId: `m${index}`, leaseId, attemptNumber: 1, outcome, chance: 0 };
  });
  return { settlements, starts: [], now: scene.now };
}

interface Story {
  readonly messages: readonly MessageReport[];
  readonly events: unknown;
  readonly next: unknown;
}

/** All that a round leaves, and what the next confirmation of each person makes of the last use of its slot. */
async function tellAll(scene: LedgerScene): Promise<Story> {
  const messages: MessageReport[] = [];
  for (const index of PEOPLE.keys()) {
    messages.push(known(await scene.store.findMessage(APPID, `m${index}`)));
  }
  const events = await scene.store.listEvents(APPID, 0, 1_000);
  const next: unknown[] = [];
  for (const person of PEOPLE) {
    const asked = { issuedAt: scene.now - 1, startedIn: "browser" };
    next.push(await scene.confirm(person, asked));
  }
  return { messages, events, next };
}
