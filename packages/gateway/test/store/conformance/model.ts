import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpenId } from "@yici/protocol";
import * as fc from "fast-check";
import {
  type AttemptOutcome,
  type Delivery,
  DELIVERY_TRANSITIONS,
  type DeliveryState,
  DOUBTS,
  isTerminal,
} from "../../../src/deliveries/delivery.ts";
import type { MessageReport, MessageSummary } from "../../../src/store/ledger.ts";
import {
  type Answer,
  LedgerModel,
  type ModelMessage,
  type Person,
  type Strength,
} from "../ledger-model.ts";
import {
  ANN,
  APPID,
  BOB,
  BUSY,
  known,
  LEASE_MS,
  LedgerScene,
  NO_GRANT,
  OK,
  refusal,
  UNANSWERED,
  UNSENT,
  type Visit,
} from "../ledger-scene.ts";
import type { StoreEngine } from "../store-engine.ts";

const LIMITS = { attemptsMax: 4, doubtWindowMs: 50_000, leaseMs: LEASE_MS };
const POLICY = {
  attemptsMax: LIMITS.attemptsMax,
  doubtWindowMs: LIMITS.doubtWindowMs,
  backoffBaseMs: 0,
  tokenPause: { reason: "token_refused", length: "operator" },
} as const;

/** A step of a history. Numbers in it choose among what there is at that moment. */
interface Step {
  readonly what: string;
  readonly take: (history: History) => Promise<void>;
}

/** What a message is accepted on, times relative to the moment. */
interface Asked {
  readonly person: Person;
  readonly isPatient: boolean;
  readonly stops: boolean;
  readonly minEvidence: Strength;
  readonly inMs: number;
  readonly forMs: number;
}

const PEOPLE: Readonly<Record<Person, OpenId>> = { ann: ANN, bob: BOB };

const OUTCOMES: Readonly<Record<Answer, AttemptOutcome>> = {
  ok: OK,
  no_grant: NO_GRANT,
  gone: refusal(40003),
  bad_message: refusal(47003),
  token: refusal(42001),
  account: refusal(48001),
  unsent: UNSENT,
  busy: BUSY,
  unanswered: UNANSWERED,
};

const person = fc.constantFrom<Person>("ann", "ann", "ann", "bob");
const evidence = fc.constantFrom<Strength>("bound", "bound", "unbound");
const which = fc.nat(1_000);
const answer = fc.constantFrom<Answer>(
  "ok",
  "ok",
  "ok",
  "unanswered",
  "unanswered",
  ...(Object.keys(OUTCOMES) as readonly Answer[]),
);
const asked: fc.Arbitrary<Asked> = fc.record({
  person,
  isPatient: fc.boolean(),
  stops: fc.boolean(),
  minEvidence: evidence,
  inMs: fc.constantFrom(0, 0, 0, 40_000),
  forMs: fc.constantFrom(50_000, 1_000_000, 1_000_000, 1_000_000),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  weigh(6, "confirm", fc.tuple(person, evidence), (history, facts) => history.confirm(...facts)),
  weigh(2, "repeat", person, (history, who) => history.repeat(who)),
  weigh(4, "accept", asked, (history, terms) => history.accept(terms)),
  weigh(1, "cancel", which, (history, index) => history.cancel(index)),
  weigh(3, "lease", fc.constant(undefined), (history) => history.lease()),
  weigh(1, "release", fc.constant(undefined), (history) => history.release()),
  weigh(4, "start", which, (history, index) => history.start(index)),
  weigh(4, "settle", fc.tuple(which, answer), (history, facts) => history.settle(...facts)),
  weigh(8, "send", fc.tuple(which, answer), (history, facts) => history.send(...facts)),
  weigh(3, "sweep", fc.constant(undefined), (history) => history.sweep()),
  weigh(2, "resume", fc.constant(undefined), (history) => history.resume()),
  weigh(3, "advance", fc.constantFrom(1, 1_000, LEASE_MS, 60_000), (history, ms) =>
    history.advance(ms),
  ),
);

function weigh<T>(
  weight: number,
  verb: string,
  facts: fc.Arbitrary<T>,
  take: (history: History, facts: T) => Promise<void>,
): { readonly weight: number; readonly arbitrary: fc.Arbitrary<Step> } {
  const arbitrary = facts.map((chosen) => ({
    what: `${verb} ${JSON.stringify(chosen) ?? ""}`,
    take: (history: History) => take(history, chosen),
  }));
  return { weight, arbitrary };
}

/** Histories of any kind: a store shows what the model says, and keeps what always holds. */
export function testModel(engine: StoreEngine): void {
  test("a store shows what the rules say, whatever happens in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 70, size: "max" }),
        async (steps) => {
          await using scene = await LedgerScene.open(engine, POLICY);
          const history = new History(scene);
          for (const next of steps) await history.take(next);
          await history.close();
        },
      ),
      { seed: 20_261_122, numRuns: engine.historyCount ?? 200 },
    );
  });
}

/** One history, told to a store and to the model side by side. */
class History {
  readonly #scene: LedgerScene;
  readonly #model = new LedgerModel(LIMITS);
  readonly #leases: string[] = [];
  #before: readonly MessageSummary[] = [];
  readonly #lastVisit: Partial<Record<Person, Visit>> = {};
  #count = 0;

  constructor(scene: LedgerScene) {
    this.#scene = scene;
    this.#model.now = scene.now;
  }

  async take(next: Step): Promise<void> {
    await next.take(this);
    await this.#compare();
  }

  /** Lets all time pass: whatever is not over then never will be. */
  async close(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await this.advance(2_000_000);
      await this.sweep();
      await this.#compare();
    }
    for (const { message } of this.#before) {
      checkReport(known(await this.#scene.store.findMessage(APPID, message.messageId)));
    }
  }

  async confirm(who: Person, strength: Strength): Promise<void> {
    const visit = { asking: this.#next(), issuedAt: this.#scene.now };
    const browser = strength === "bound" ? {} : { startedIn: undefined, returnedIn: who };
    const outcome = await this.#scene.confirm(PEOPLE[who], { ...visit, ...browser });
    assert.equal(outcome.kind, "recorded");
    if (strength === "bound") this.#lastVisit[who] = visit;
    this.#model.confirm(who, strength);
  }

  /** The last callback once more. */
  async repeat(who: Person): Promise<void> {
    const visit = this.#lastVisit[who];
    if (visit === undefined) return;
    const outcome = await this.#scene.confirm(PEOPLE[who], visit);
    assert.equal(outcome.kind, "repeated");
    this.#model.repeat(who);
  }

  async accept(terms: Asked): Promise<void> {
    const id = `m${String(this.#next()).padStart(4, "0")}`;
    const dueAt = this.#scene.now + terms.inMs;
    const deadlineAt = dueAt + terms.forMs;
    const outcome = await this.#scene.accept(id, PEOPLE[terms.person], {
      whenNoGrant: terms.isPatient ? "wait" : "refuse",
      whenInDoubt: terms.stops ? "stop" : "retry",
      minEvidence: terms.minEvidence,
      dueAt,
      deadlineAt,
    });
    const isTaken = this.#model.accept({ ...terms, id, dueAt, deadlineAt });
    assert.equal(outcome.kind, isTaken ? "accepted" : "no_grant");
  }

  async cancel(index: number): Promise<void> {
    const message = this.#pick(index);
    if (message === undefined) return;
    const outcome = await this.#scene.store.cancel(APPID, message.id, this.#scene.now);
    assert.equal(outcome.kind, this.#model.cancel(message) ? "cancelled" : "too_late");
  }

  async lease(): Promise<void> {
    const { leaseId, messageIds } = await this.#scene.lease();
    this.#leases.push(leaseId);
    assert.deepEqual(messageIds.toSorted(), this.#model.lease(leaseId).toSorted());
  }

  async release(): Promise<void> {
    const leaseId = this.#leases.at(-1) ?? "none";
    await this.#scene.store.releaseLease(APPID, leaseId, this.#scene.now);
    this.#model.release(leaseId);
  }

  /** Mostly under the lease that is held, sometimes under an older one. */
  async start(index: number): Promise<void> {
    const message = this.#pick(index);
    if (message === undefined) return;
    const older = this.#leases[index % Math.max(this.#leases.length, 1)] ?? "none";
    const lease = index % 4 === 0 ? older : (message.lease?.id ?? older);
    const outcome = await this.#scene.start(message.id, lease);
    assert.equal(outcome.kind, this.#model.start(message, lease) ? "started" : "refused");
  }

  /** Any attempt whose answer has not come yet: in flight, or given up long ago. */
  async settle(index: number, word: Answer): Promise<void> {
    const open = this.#model.messages.flatMap((message) =>
      message.attempts
        .map((attempt, at) => ({ message, attempt, number: at + 1 }))
        .filter(({ attempt }) => !attempt.isAnswered),
    );
    const chosen = open.toReversed()[index % 3] ?? open[0];
    if (chosen === undefined) return;
    const { message, attempt, number } = chosen;
    const started = { messageId: message.id, leaseId: attempt.lease, number };
    await this.#scene.end(started, OUTCOMES[word]);
    this.#model.settle(message, attempt, word);
  }

  /** From lease to settle in one go, when the message is due. */
  async send(index: number, word: Answer): Promise<void> {
    const message = this.#pick(index);
    await this.lease();
    const lease = message?.lease?.id;
    if (message?.state !== "queued" || lease === undefined) return;
    const outcome = await this.#scene.start(message.id, lease);
    assert.equal(outcome.kind, this.#model.start(message, lease) ? "started" : "refused");
    const attempt = message.attempts.at(-1);
    if (outcome.kind !== "started" || attempt === undefined) return;
    const started = { messageId: message.id, leaseId: lease, number: outcome.attemptNumber };
    await this.#scene.end(started, OUTCOMES[word]);
    this.#model.settle(message, attempt, word);
  }

  async sweep(): Promise<void> {
    await this.#scene.store.sweep(this.#scene.now, 1_000);
    this.#model.sweep();
  }

  async resume(): Promise<void> {
    await this.#scene.store.resumeAccount(APPID, this.#scene.now);
    this.#model.isPaused = false;
  }

  async advance(ms: number): Promise<void> {
    await this.#scene.advance(ms);
    this.#model.now = this.#scene.now;
  }

  #pick(index: number): ModelMessage | undefined {
    const { messages } = this.#model;
    return messages.toReversed()[index % Math.min(Math.max(messages.length, 1), 6)];
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }

  async #compare(): Promise<void> {
    const { store } = this.#scene;
    const filter = { appid: APPID, limit: 200, after: undefined };
    const summaries = (await store.listMessages(filter)).toReversed();
    assert.deepEqual(summaries.map(showSummary), this.#model.messages.map(showMessage));
    for (const who of ["ann", "bob"] as const) {
      const openid = PEOPLE[who];
      const theirs = summaries.filter(({ message }) => message.openid === openid);
      const listed = await store.listMessages({ ...filter, openid });
      assert.deepEqual(listed.toReversed(), theirs, "a person's messages are all of them");
      const grants = await this.#scene.grants(openid);
      assert.deepEqual(
        grants.map(({ state, evidence: founded, voidCause }) => ({
          state,
          evidence: founded,
          inDoubt: voidCause === "in_doubt",
        })),
        this.#model.slots[who].grants.map((grant) => ({
          ...grant,
          inDoubt: grant.inDoubt && grant.state === "void",
        })),
      );
    }
    assert.equal((await store.findPause(APPID)) !== undefined, this.#model.isPaused);
    await this.#checkWhatAlwaysHolds(summaries);
    this.#before = summaries;
  }

  async #checkWhatAlwaysHolds(summaries: readonly MessageSummary[]): Promise<void> {
    for (const [index, before] of this.#before.entries()) {
      const { delivery } = known(summaries[index]);
      const doubt = (of: Delivery): number => DOUBTS.indexOf(of.doubt);
      assert.ok(doubt(delivery) >= doubt(before.delivery), "doubt is sticky");
      assert.ok(canBecome(before.delivery.state, delivery.state), "the transitions allow it");
    }
    for (const { delivery } of summaries) {
      const isOver = isTerminal(delivery.state);
      assert.equal(delivery.settledAt !== undefined, isOver, "an end has its instant");
    }
    const { load } = await this.#scene.store.findAccountState(APPID);
    const sending = summaries.filter(({ delivery }) => delivery.state === "sending");
    assert.equal(load.inFlight, sending.length, "what is being sent is counted");
    for (const openid of [ANN, BOB]) {
      const grants = await this.#scene.grants(openid);
      const live = grants.filter(({ state }) => state === "available" || state === "held");
      assert.ok(live.length <= 1, "one live grant a slot");
      assert.ok(
        live.every((grant) => grant === grants.at(-1)),
        "the last generation is the live one",
      );
      for (const grant of grants) {
        const users = summaries.filter(
          ({ message, delivery }) =>
            message.openid === openid && delivery.generation === grant.generation,
        );
        const states = users.map(({ delivery }) => delivery.state);
        const spenders = states.filter((state) => state === "delivered");
        const holders = states.filter((state) =>
          ["scheduled", "queued", "sending"].includes(state),
        );
        assert.equal(spenders.length, grant.state === "spent" ? 1 : 0, "spent by one delivery");
        assert.equal(holders.length, grant.state === "held" ? 1 : 0, "held by one live delivery");
        const isDoubted = users.some(({ delivery }) => delivery.doubt !== "none");
        assert.ok(!(isDoubted && grant.state === "available"), "never free again in doubt");
      }
    }
    const events = await this.#scene.store.listEvents(APPID, 0, 10_000);
    assert.ok(
      events.every(({ number }, index) => number === index + 1),
      "events have no gaps",
    );
  }
}

function checkReport({ delivery, attempts }: MessageReport): void {
  assert.ok(isTerminal(delivery.state), "whatever began has ended");
  assert.ok(
    attempts.every(({ outcome }) => outcome !== undefined),
    "every attempt has ended",
  );
  assert.equal(attempts.length, delivery.attemptNumber);
  const isAnsweredOk = attempts.some(
    ({ outcome }) => outcome?.kind === "answered" && outcome.errcode === 0,
  );
  assert.equal(delivery.state === "delivered", isAnsweredOk, "delivered is errcode 0");
  assert.equal(delivery.likely !== undefined, delivery.state === "uncertain");
}

/** Whether a state can follow another by any number of legal steps. */
function canBecome(from: DeliveryState, to: DeliveryState, seen: readonly string[] = []): boolean {
  if (from === to) return true;
  return DELIVERY_TRANSITIONS[from]
    .filter((next) => !seen.includes(next))
    .some((next) => canBecome(next, to, [...seen, from]));
}

function showSummary({ message, delivery }: MessageSummary): object {
  return {
    id: message.messageId,
    state: delivery.state,
    doubt: DOUBTS.indexOf(delivery.doubt),
    counted: delivery.countedAttempts,
    tokenFaults: delivery.tokenFaults,
    generation: delivery.generation,
    attempts: delivery.attemptNumber,
  };
}

function showMessage(message: ModelMessage): object {
  return {
    id: message.id,
    state: message.state,
    doubt: message.doubt,
    counted: message.counted,
    tokenFaults: message.tokenFaults,
    generation: message.generation,
    attempts: message.attempts.length,
  };
}
