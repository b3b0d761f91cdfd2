import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OpenId } from "@yici/protocol";
import { parseOpenId } from "@yici/protocol";
import type { Store } from "../../../src/store/store.ts";
import {
  APPID,
  buildAccount,
  known,
  LEASE_MS,
  LedgerScene,
  OK,
  OTHER_APPID,
  SCENE,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

/** Enough people for two connections to meet on some of them. */
const PEOPLE = Array.from({ length: 40 }, (_, index) => known(parseOpenId(`oPerson${index}`)));

/** What two processes do to the same rows at the same moment. */
export function testRaces(engine: StoreEngine): void {
  describe("races between two processes", () => {
    test("a message that begins to wait while its grant is confirmed is never left waiting", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();
      await spendGrants(scene);

      await bothForEach<unknown>(
        (openid) => scene.accept(`m-${openid}`, openid, { whenNoGrant: "wait" }),
        (openid) => other.confirm(scene.buildConfirmed(openid), scene.now),
      );

      assert.deepEqual(await countStates(scene.store), {
        spent: 40,
        delivered: 40,
        held: 40,
        queued: 40,
      });
    });

    test("of two confirmations at once one opens the generation and one renews it", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();
      await spendGrants(scene);

      const outcomes = await bothForEach(
        (openid) => scene.confirm(openid),
        (openid) => other.confirm(scene.buildConfirmed(openid), scene.now),
      );

      for (const pair of outcomes) {
        const effects = pair.map((outcome) => (outcome.kind === "recorded" ? outcome.effect : ""));
        assert.deepEqual(effects.toSorted(), ["opened", "renewed"]);
      }
      assert.deepEqual(await countStates(scene.store), { spent: 40, delivered: 40, available: 40 });
    });

    test("one callback that arrives at both is recorded by one", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();
      const callbacks = new Map(PEOPLE.map((openid) => [openid, scene.buildConfirmed(openid)]));
      const come = (store: Store) => (openid: OpenId) =>
        store.confirm(known(callbacks.get(openid)), scene.now);

      const outcomes = await bothForEach(come(scene.store), come(other));

      for (const pair of outcomes) {
        assert.deepEqual(pair.map(({ kind }) => kind).toSorted(), ["recorded", "repeated"]);
      }
    });

    test("a confirmation that meets the settling of the generation before it opens the next one", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();
      await Promise.all(PEOPLE.map((openid) => scene.confirm(openid)));
      await Promise.all(PEOPLE.map((openid) => scene.accept(`m-${openid}`, openid)));
      const { leaseId } = await scene.lease();
      for (const openid of PEOPLE) await scene.start(`m-${openid}`, leaseId);

      await bothForEach<unknown>(
        (openid) => scene.end({ messageId: `m-${openid}`, leaseId, number: 1 }, OK),
        (openid) => other.confirm(scene.buildConfirmed(openid), scene.now),
      );

      assert.deepEqual(await countStates(scene.store), { spent: 40, available: 40, delivered: 40 });
    });

    test("of two messages for one grant one is accepted", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();
      await Promise.all(PEOPLE.map((openid) => scene.confirm(openid)));

      const outcomes = await bothForEach(
        (openid) => scene.accept(`a-${openid}`, openid),
        (openid) => other.accept(scene.buildAcceptance(`b-${openid}`, openid)),
      );

      for (const pair of outcomes) {
        assert.deepEqual(pair.map(({ kind }) => kind).toSorted(), ["accepted", "no_grant"]);
      }
    });

    test("of two acceptances under one key one is new, and both are answered by it", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();
      await Promise.all(PEOPLE.map((openid) => scene.confirm(openid)));
      const keyed = (openid: OpenId) => ({ idempotency: { key: `k-${openid}`, bodyHash: "b" } });

      const outcomes = await bothForEach(
        (openid) => scene.accept(`a-${openid}`, openid, keyed(openid)),
        (openid) => other.accept(scene.buildAcceptance(`b-${openid}`, openid, keyed(openid))),
      );

      for (const pair of outcomes) {
        assert.deepEqual(pair.map(({ kind }) => kind).toSorted(), ["accepted", "repeated"]);
        const ids = pair.map(
          (outcome) => "message" in outcome && outcome.message.message.messageId,
        );
        assert.equal(new Set(ids).size, 1);
      }
    });

    test("two leases at once share what is due and have nothing in common", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();
      await Promise.all(PEOPLE.map((openid) => scene.confirm(openid)));
      await Promise.all(PEOPLE.map((openid) => scene.accept(`m-${openid}`, openid)));
      const claim = { appid: APPID, limit: 30, leaseMs: LEASE_MS, now: scene.now };

      const leases = await Promise.all([
        scene.store.lease({ ...claim, leaseId: "one" }),
        other.lease({ ...claim, leaseId: "two" }),
      ]);
      const rest = await other.lease({ ...claim, leaseId: "three" });

      const ids = [...leases, rest].flat().map(({ messageId }) => messageId);
      assert.equal(ids.length, 40);
      assert.equal(new Set(ids).size, 40);
    });

    test("a message that is cancelled while it is leased is not sent", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();
      await Promise.all(PEOPLE.map((openid) => scene.confirm(openid)));
      await Promise.all(PEOPLE.map((openid) => scene.accept(`m-${openid}`, openid)));
      const claim = { appid: APPID, leaseId: "l", limit: 40, leaseMs: LEASE_MS, now: scene.now };

      const [leased] = await Promise.all([
        scene.store.lease(claim),
        ...PEOPLE.map((openid) => other.cancel(APPID, `m-${openid}`, scene.now)),
      ]);
      const starts = leased.map(({ messageId }) => {
        return { appid: APPID, messageId, leaseId: "l" };
      });
      const round = { settlements: [], starts, now: scene.now };
      const started = starts.length === 0 ? [] : (await scene.store.advance(round)).started;

      assert.ok(started.every(({ kind }) => kind === "refused"));
      assert.deepEqual(await countStates(scene.store), { available: 40, cancelled: 40 });
    });

    test("of two starts under one lease one is made", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();
      await Promise.all(PEOPLE.map((openid) => scene.confirm(openid)));
      await Promise.all(PEOPLE.map((openid) => scene.accept(`m-${openid}`, openid)));
      const { leaseId } = await scene.lease();

      const outcomes = await bothForEach(
        (openid) => scene.start(`m-${openid}`, leaseId),
        async (openid) => {
          const starts = [{ appid: APPID, messageId: `m-${openid}`, leaseId }];
          const round = { settlements: [], starts, now: scene.now };
          return known((await other.advance(round)).started[0]);
        },
      );

      for (const pair of outcomes) {
        assert.deepEqual(pair.map(({ kind }) => kind).toSorted(), ["refused", "started"]);
      }
    });

    test("events are numbered without a gap, whoever writes", async () => {
      await using scene = await LedgerScene.open(engine);
      const other = await scene.openOther();

      await bothForEach(
        (openid) => scene.confirm(openid),
        (openid) => other.confirm(scene.buildConfirmed(openid), scene.now),
        () => other.confirm(scene.buildConfirmed(known(PEOPLE[0]), ELSEWHERE), scene.now),
      );

      for (const [appid, count] of [
        [APPID, 80],
        [OTHER_APPID, 40],
      ] as const) {
        const numbers = (await scene.store.listEvents(appid, 0, 1_000)).map((one) => one.number);
        assert.deepEqual(
          numbers,
          Array.from({ length: count }, (_, index) => index + 1),
        );
      }
    });

    test("of many that ask at both whether they may ask for the token one may", async () => {
      await using scene = await LedgerScene.open(engine);
      const stores = [scene.store, await scene.openOther()];
      const claim = { version: 0, now: scene.now, until: scene.now + 10_000 };

      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          known(stores[index % 2]).claimToken(APPID, { ...claim, by: `claimer ${index}` }),
        ),
      );

      assert.equal(claims.filter((isMine) => isMine).length, 1);
    });

    test("of forty sends that begin at both as many begin as the account's limit lets, and no more", async () => {
      await using scene = await LedgerScene.open(engine);
      const stores = [scene.store, await scene.openOther()];
      for (const openid of PEOPLE) {
        await scene.confirm(openid);
        await scene.accept(`m-${openid}`, openid);
      }
      const { leaseId, messageIds } = await scene.lease();
      const limits = { perSecond: undefined, inFlight: 7 };
      await scene.store.replaceAccount({ ...buildAccount(APPID, "aaaa"), limits });

      const rounds = await Promise.all(
        messageIds.map((messageId, index) =>
          known(stores[index % 2]).advance({
            settlements: [],
            starts: [{ appid: APPID, messageId, leaseId }],
            now: scene.now,
          }),
        ),
      );

      const kinds = rounds.map(({ started }) => known(started[0]).kind);
      assert.equal(kinds.length, 40);
      assert.equal(kinds.filter((kind) => kind === "started").length, 7);
      assert.equal(kinds.filter((kind) => kind === "deferred").length, 33);
      assert.equal((await scene.store.findAccountState(APPID)).load.inFlight, 7);
    });

    test("of twenty tokens for one version, from both, one is stored and all are told which", async () => {
      await using scene = await LedgerScene.open(engine);
      const stores = [scene.store, await scene.openOther()];

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          known(stores[index % 2]).replaceToken(APPID, 0, `sealed ${index}`, index),
        ),
      );

      const stored = known(await scene.store.findToken(APPID));
      assert.ok(answers.every(({ sealed, version }) => sealed === stored.sealed && version === 1));
    });
  });
}

/** Everybody's slot is there, and its grant was used: so whoever comes next meets at its lock. */
async function spendGrants(scene: LedgerScene): Promise<void> {
  await Promise.all(PEOPLE.map((openid) => scene.confirm(openid)));
  await Promise.all(PEOPLE.map((openid) => scene.accept(`spent-${openid}`, openid)));
  const { leaseId, messageIds } = await scene.lease();
  const starts = messageIds.map((messageId) => ({ appid: APPID, messageId, leaseId }));
  const settlements = starts.map((start) => {
    return { ...start, attemptNumber: 1, outcome: OK, chance: 0 };
  });
  await scene.store.advance({ settlements: [], starts, now: scene.now });
  await scene.advance(1);
  await scene.store.advance({ settlements, starts: [], now: scene.now });
}

const ELSEWHERE = { appid: OTHER_APPID };

/** Has each person's facts happen at once, one person after another: forty races. Answers them person by person. */
async function bothForEach<T>(
  ...acts: readonly ((openid: OpenId) => Promise<T>)[]
): Promise<readonly (readonly T[])[]> {
  const outcomes: (readonly T[])[] = [];
  for (const openid of PEOPLE) outcomes.push(await Promise.all(acts.map((act) => act(openid))));
  return outcomes;
}

/** How many grants and messages there are in each state. */
async function countStates(store: Store): Promise<Readonly<Record<string, number>>> {
  const filter = { appid: APPID, limit: 200, after: undefined };
  const grants = await store.listGrants(filter);
  const messages = await store.listMessages(filter);
  const counts: Record<string, number> = {};
  for (const { state } of [...grants, ...messages.map(({ delivery }) => delivery)]) {
    counts[state] = (counts[state] ?? 0) + 1;
  }
  assert.ok(grants.every(({ scene }) => scene === SCENE));
  return counts;
}
