import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultInput, InboxMessage, JournalEntry } from "@yici/platform";
import { SEND_PATH } from "@yici/protocol";
import type { AttemptJson, ListJson, MessageJson } from "../flow/flow-json.ts";
import { must } from "../flow/must.ts";
import { type Slot, confirmSlots } from "./confirm-slots.ts";
import { CrashStage } from "./crash-stage.ts";
import type { GatewayChild, Reply } from "./gateway-child.ts";

const SENDS = { endpoint: SEND_PATH };

/** 1,000 messages. */
const COUNTS = { people: 50, scenes: 20 };

/** When a gateway is killed: after so many messages on phones, and then at this point. */
interface Death {
  readonly after: number;
  /**
   * `arrived`: as the last of those messages arrives, or, if there are none, as soon as the gateway listens; `sent`: as
   * another send reaches the platform; `answered`: when the platform has answered sends and none of them is settled.
   */
  readonly point: "arrived" | "sent" | "answered";
}

const DEATHS: readonly Death[] = Array.from({ length: 5 }, (): readonly Death[] => [
  { after: 24, point: "answered" },
  { after: 36, point: "sent" },
  { after: 1, point: "arrived" },
  { after: 30, point: "sent" },
  { after: 0, point: "arrived" },
  { after: 40, point: "arrived" },
]).flat();

/** Messages that are asked for at a time. */
const CALLERS = 8;

/** Sends of each life that the platform neither processes nor answers; with those held they leave callers to go on. */
const LOST = { kind: "no_answer", when: "before", count: 2, probability: 0.2, ...SENDS } as const;

/** Sends that the platform holds until its clock is moved. */
const HELD = { kind: "latency", latencyMs: 60_000, count: 4, ...SENDS } as const;

/** The other ones take a moment. */
const SLOW = { kind: "latency", latencyMs: 5, ...SENDS } as const;

/** How long a caller waits for the end of its message, and at the end, how often. */
const WAIT_MS = 10_000;
const WAITS_MAX = 4;

interface StoredMessageJson extends MessageJson {
  readonly openid: string;
  readonly scene: number;
  readonly attempt_count: number;
}

/** All that is known at the end, on both sides. */
interface Aftermath {
  readonly slots: readonly Slot[];
  readonly messages: readonly StoredMessageJson[];
  /** The ids that callers were told. */
  readonly promisedIds: readonly string[];
  readonly phones: readonly InboxMessage[];
  readonly sends: readonly JournalEntry[];
  /** Of the platform's own ledger. */
  readonly spent: readonly Slot[];
  readonly eventNumbers: readonly number[];
  /** What the platform answered to a gateway that was frozen by then and killed before it went on. */
  readonly answeredBeforeKill: readonly InboxMessage[];
  /** Of the messages that were tried more than once, or ended `uncertain`, by id. */
  readonly attempts: ReadonlyMap<string, readonly AttemptJson[]>;
}

test("a gateway killed -9 again and again in the middle of 1,000 deliveries tells the truth about each", async (t) => {
  await using stage = await CrashStage.open();

  const aftermath = await killAgainAndAgain(stage);
  const { messages, phones, sends, attempts } = aftermath;
  const onPhone = countBySlot(phones);

  await t.test("every message is there once, under the id that was promised, and has ended", () => {
    assert.equal(messages.length, aftermath.slots.length);
    assert.equal(countBySlot(messages).size, messages.length);
    const promised = aftermath.promisedIds.toSorted();
    assert.deepEqual(messages.map(({ id }) => id).toSorted(), promised);
    for (const { state } of messages) assert.ok(ENDS.has(state), state);
  });

  await t.test("delivered is on the phone, uncertain may be, and nothing else is", () => {
    for (const message of messages) {
      const [least, most] = must(ENDS.get(message.state));
      const count = onPhone.get(nameSlot(message)) ?? 0;
      assert.ok(count >= least && count <= most, `${message.state}, ${count} on the phone`);
    }
  });

  await t.test("no message came twice, and each came as it was asked for", () => {
    assert.equal(onPhone.size, phones.length);
    for (const message of phones) assert.equal(message.content, nameSlot(message));
  });

  await t.test("the platform's ledger and journal know of the same messages as the phones", () => {
    assert.deepEqual(countBySlot(aftermath.spent), onPhone);
    assert.deepEqual(countBySlot(sends.filter(({ errcode }) => errcode === 0)), onPhone);
  });

  await t.test("no send reached the platform before its attempt was on record", () => {
    const sent = countBySlot(sends);
    for (const message of messages) {
      const count = sent.get(nameSlot(message)) ?? 0;
      assert.ok(
        count <= message.attempt_count,
        `${count} sends, ${message.attempt_count} attempts`,
      );
    }
  });

  await t.test(
    "what the platform had answered when the gateway died is uncertain, most likely delivered",
    () => {
      const { answeredBeforeKill } = aftermath;
      const bySlot = new Map(messages.map((message) => [nameSlot(message), message]));
      assert.ok(answeredBeforeKill.length >= countDeaths("answered"));
      for (const message of answeredBeforeKill) {
        const { state, likely } = must(bySlot.get(nameSlot(message)));
        assert.deepEqual({ state, likely }, { state: "uncertain", likely: "delivered" });
      }
    },
  );

  await t.test("what is uncertain and said to be delivered most likely is on the phone", () => {
    for (const message of messages.filter(({ likely }) => likely === "delivered")) {
      assert.equal(onPhone.get(nameSlot(message)), 1);
    }
  });

  await t.test("only what a kill left without an answer is uncertain", () => {
    for (const { id } of messages.filter(isUncertain)) {
      assert.ok(must(attempts.get(id)).some(isUnanswered));
    }
  });

  await t.test(
    "what a kill left without an answer and the platform had not processed was delivered later",
    () => {
      const delivered = messages.filter(({ state }) => state === "delivered");
      assert.ok(delivered.some(({ id }) => attempts.get(id)?.some(isUnanswered)));
    },
  );

  await t.test("the account's events have no gap", () => {
    const { eventNumbers } = aftermath;
    const expected = eventNumbers.map((_, index) => index + 1);
    assert.ok(eventNumbers.length > messages.length);
    assert.deepEqual(eventNumbers, expected);
  });

  t.diagnostic(describe(aftermath, onPhone));
});

/** How many of a message may be on the phone, by how it ended. */
const ENDS: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ["delivered", [1, 1]],
  ["uncertain", [0, 1]],
  ["rejected", [0, 0]],
  ["abandoned", [0, 0]],
]);

async function killAgainAndAgain(stage: CrashStage): Promise<Aftermath> {
  const slots = await confirmSlots(stage, await stage.rise(), COUNTS);
  const work = [killEach(stage), askForAll(stage, slots)] as const;
  await Promise.allSettled(work); // Neither is left behind when the other one fails.
  const [answeredBeforeKill, promisedIds] = await Promise.all(work);
  const gateway = await stage.living();
  await awaitEnds(gateway, slots);
  const messages = await listMessages(gateway);
  return {
    slots,
    messages,
    promisedIds,
    phones: await listPhones(stage),
    sends: await listSends(stage),
    spent: await listSpent(stage),
    eventNumbers: await listEventNumbers(gateway),
    answeredBeforeKill,
    attempts: await findAttempts(gateway, messages.filter(hasTriedAgain)),
  };
}

/** Kills one gateway after another; the last one lives on. Answers what came to phones at points `answered`. */
async function killEach(stage: CrashStage): Promise<readonly InboxMessage[]> {
  const answered: InboxMessage[] = [];
  for (const { after, point } of DEATHS) {
    await putFaults(stage, [LOST, SLOW]);
    await stage.arrivals(after);
    if (point === "sent") await stage.latecomers(SLOW.latencyMs, 1);
    if (point === "answered") answered.push(...(await freezeBeforeAnswer(stage)));
    await stage.fall();
    await stage.rise();
  }
  await putFaults(stage, []);
  return answered;
}

/** Has calls struck by these faults and no others, each by the first that is aimed at it. */
async function putFaults(stage: CrashStage, faults: readonly FaultInput[]): Promise<void> {
  const { control } = stage.platform;
  await control.removeFaults();
  for (const fault of faults) await control.addFault(fault);
}

/**
 * Freezes the gateway while the platform holds sends of it, and then has the platform answer. What comes to phones after
 * that was answered and cannot be settled any more.
 */
async function freezeBeforeAnswer(stage: CrashStage): Promise<readonly InboxMessage[]> {
  const areHeld = stage.latecomers(HELD.latencyMs, HELD.count);
  await putFaults(stage, [HELD, SLOW]);
  await areHeld;
  (await stage.living()).freeze();
  await stage.arrived(); // These may have come before.
  await stage.platform.control.advanceClock({ advanceMs: HELD.latencyMs });
  return stage.arrivals(1);
}

/**
 * Asks for a message of each slot, several callers at a time, each asking again under the same key when it got no
 * answer. Answers the ids of those that were taken on.
 */
async function askForAll(stage: CrashStage, slots: readonly Slot[]): Promise<readonly string[]> {
  const queue = slots.values();
  const ids: string[] = [];
  const call = async (): Promise<void> => {
    for (const slot of queue) ids.push(await askFor(stage, slot));
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  return ids;
}

/** Resolves when the message has ended or, after a kill, when it is certain to have been taken on. */
async function askFor(stage: CrashStage, slot: Slot): Promise<string> {
  for (let waitMs = WAIT_MS; ; waitMs = 0) {
    const gateway = await stage.living();
    try {
      return (await post(gateway, slot, waitMs)).json.id;
    } catch (error) {
      if (!gateway.isDead) throw error;
    }
  }
}

async function post(
  gateway: GatewayChild,
  slot: Slot,
  waitMs: number,
): Promise<Reply<MessageJson>> {
  const name = nameSlot(slot);
  const reply = await gateway.api<MessageJson>("POST", `/messages?wait_ms=${waitMs}`, {
    headers: { "idempotency-key": name },
    body: { ...slot, title: "订阅通知", content: name },
  });
  assert.ok(reply.status === 200 || reply.status === 202, reply.text);
  return reply;
}

/** Asks for all of them once more, now that nothing dies any more, and waits for their ends. */
async function awaitEnds(gateway: GatewayChild, slots: readonly Slot[]): Promise<void> {
  const queue = slots.values();
  const wait = async (): Promise<void> => {
    for (const slot of queue) await awaitEnd(gateway, slot);
  };
  await Promise.all(Array.from({ length: CALLERS }, wait));
}

async function awaitEnd(gateway: GatewayChild, slot: Slot): Promise<void> {
  for (let waits = 0; waits < WAITS_MAX; waits += 1) {
    if ((await post(gateway, slot, WAIT_MS)).status === 200) return;
  }
  assert.fail(`${nameSlot(slot)} does not end`);
}

async function listMessages(gateway: GatewayChild): Promise<readonly StoredMessageJson[]> {
  interface PageJson extends ListJson<StoredMessageJson> {
    readonly next_after: string | null;
  }
  const messages: StoredMessageJson[] = [];
  for (let after: string | null = ""; after !== null;) {
    const query: string = after === "" ? "" : `&after=${encodeURIComponent(after)}`;
    const { json } = await gateway.api<PageJson>("GET", `/messages?limit=200${query}`);
    messages.push(...json.items);
    after = json.next_after;
  }
  return messages;
}

async function listEventNumbers(gateway: GatewayChild): Promise<readonly number[]> {
  const numbers: number[] = [];
  for (;;) {
    const path = `/events?limit=200&after=${numbers.length}`;
    const { json } = await gateway.api<ListJson<{ readonly number: number }>>("GET", path);
    if (json.items.length === 0) return numbers;
    numbers.push(...json.items.map(({ number }) => number));
  }
}

async function findAttempts(
  gateway: GatewayChild,
  messages: readonly MessageJson[],
): Promise<ReadonlyMap<string, readonly AttemptJson[]>> {
  const found = messages.map(async ({ id }) => {
    const { json } = await gateway.api<MessageJson>("GET", `/messages/${id}`);
    return [id, json.attempts] as const;
  });
  return new Map(await Promise.all(found));
}

async function listPhones({ platform }: CrashStage): Promise<readonly InboxMessage[]> {
  return listAll((after) => platform.control.listInbox({ after, limit: 1_000 }));
}

async function listSends({ platform }: CrashStage): Promise<readonly JournalEntry[]> {
  const calls = await listAll((after) => platform.control.listJournal({ after, limit: 1_000 }));
  return calls.filter(({ endpoint }) => endpoint === SEND_PATH);
}

/** The slots whose grant the platform's own ledger has as used. */
async function listSpent({ platform }: CrashStage): Promise<readonly Slot[]> {
  const lines = await listAll((after) => platform.control.listGrants({ after, limit: 1_000 }));
  return lines.filter(({ state }) => state === "spent");
}

async function listAll<T extends { readonly id: number }>(
  list: (after: number) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const more = await list(all.at(-1)?.id ?? 0);
    if (more.length === 0) return all;
    all.push(...more);
  }
}

function countBySlot(
  items: readonly { readonly openid: string | undefined; readonly scene: number | undefined }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { openid = "", scene = -1 } of items) {
    const name = nameSlot({ openid, scene });
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function nameSlot({ openid, scene }: Slot): string {
  return `${openid}/${scene}`;
}

function hasTriedAgain(message: StoredMessageJson): boolean {
  return isUncertain(message) || message.attempt_count > 1;
}

function isUnanswered({ outcome }: AttemptJson): boolean {
  return outcome?.kind === "unanswered";
}

function isUncertain({ state }: MessageJson): boolean {
  return state === "uncertain";
}

function countDeaths(point: Death["point"]): number {
  return DEATHS.filter((death) => death.point === point).length;
}

function describe(
  { messages, sends, attempts }: Aftermath,
  onPhone: ReadonlyMap<string, number>,
): string {
  const count = (state: string): number => messages.filter((one) => one.state === state).length;
  const again = messages.filter(
    ({ id, state }) => state === "delivered" && attempts.get(id)?.some(isUnanswered),
  ).length;
  const arrived = messages.filter(isUncertain).filter((one) => onPhone.has(nameSlot(one))).length;
  return [
    `${DEATHS.length} kills, ${countDeaths("answered")} of them between an answer and its settle`,
    `${sends.length} sends of ${messages.length} messages`,
    `${count("delivered")} delivered (${again} of them after an attempt that a kill cut off)`,
    `${count("uncertain")} uncertain (${arrived} of them on the phone)`,
    `${count("rejected")} rejected`,
    `${count("abandoned")} abandoned`,
  ].join(", ");
}
