import type { DeliveryState } from "@yici/gateway";
import { Chance } from "../fuzz/chance.ts";
import { calm, type Conditions, drawConditions, type Mishap } from "./conditions.ts";
import { cancel, cancelWaiting, order } from "./developers.ts";
import { type Judgement, judgeHistory } from "./judge-history.ts";
import { MISHAPS, resumeAccount } from "./mishaps.ts";
import type { PlayGround } from "./play-ground.ts";
import { HistoryRecord } from "./record.ts";
import { setUpHistory } from "./set-up-history.ts";
import type { Stage } from "./stage.ts";
import { Timeline } from "./timeline.ts";
import { forge, steal, visit } from "./visitors.ts";

/** What came of one history. */
export interface HistoryOutcome extends Judgement {
  readonly seed: number;
  readonly violations: readonly string[];
  /** What happened, a line each, if that was asked for. */
  readonly lines: readonly string[];
  /** How often each fault struck. */
  readonly faults: ReadonlyMap<string, number>;
}

/**
 * Plays one history: people, developers and mishaps for a while, then calm until everything has ended, then judgement.
 * The seed decides all of it.
 */
export async function playHistory(
  stage: Stage,
  seed: number,
  isLogged = false,
): Promise<HistoryOutcome> {
  const chance = new Chance(seed);
  const timeline = new Timeline(new Chance(chance.below(2 ** 32)));
  const record = new HistoryRecord(timeline, isLogged);
  const conditions = drawConditions(chance);
  record.note("seed", () => `${seed}: ${JSON.stringify(conditions)}`);
  const parts = { stage, chance, timeline, record, conditions };
  const ground = await settle(timeline, setUpHistory(parts));
  await storm(ground, conditions);
  await calmDown(ground, conditions);
  const judgement = await settle(timeline, judgeHistory(ground));
  await settle(timeline, tearDown(ground));
  const { violations, lines, faults } = record;
  return { seed, violations, lines, faults, ...judgement };
}

/** Whatever has not ended this long after the faults stopped never will. */
const CALM_MAX_MS = 90 * 60_000;
const LOOK_EVERY_MS = 60_000;

/** Lets everybody act, and everything go wrong, until it is calm. */
async function storm(ground: PlayGround, { calendar, mishaps }: Conditions): Promise<void> {
  const { chance, instances, timeline, calmAt } = ground;
  for (const instance of instances) instance.start();
  const plan = (count: number, act: (ground: PlayGround) => Promise<void>): void => {
    for (let index = 0; index < count; index += 1) {
      schedule(ground, chance.below(calendar.actingMs), act);
    }
  };
  plan(calendar.visits, visit);
  plan(calendar.orders, order);
  plan(chance.below(4), cancel);
  plan(chance.below(4), forge);
  plan(chance.below(3), steal);
  plan(chance.below(3), resumeAccount);
  for (const [mishap, act] of Object.entries(MISHAPS)) plan(mishaps[mishap as Mishap], act);
  await timeline.run(timeline.now + calendar.actingMs);
  // When nothing is to be sent any more, nothing can go wrong any more.
  while (timeline.now < calmAt && (await settle(timeline, hasAny(ground, STATES_TO_SEND)))) {
    await timeline.run(Math.min(timeline.now + LOOK_EVERY_MS, calmAt));
  }
}

function schedule(
  ground: PlayGround,
  delayMs: number,
  act: (ground: PlayGround) => Promise<void>,
): void {
  ground.crowd.at(delayMs, () => {
    act(ground).catch((error: unknown) =>
      ground.record.violate("everybody can act", String(error)),
    );
  });
}

/** No more faults: everything that was begun has to end. */
async function calmDown(ground: PlayGround, conditions: Conditions): Promise<void> {
  const { network, instances, record, timeline, crowd } = ground;
  record.note("network", () => "is calm from now on");
  network.conditions = calm(conditions);
  network.outage = undefined;
  const untilMs = timeline.now + CALM_MAX_MS;
  while (timeline.now < untilMs) {
    if (record.violations.length > 0) return; // What is broken need not end.
    for (const instance of instances) instance.start();
    await timeline.run(timeline.now + LOOK_EVERY_MS);
    await settle(timeline, resumeAccount(ground));
    if (timeline.isAwaiting(crowd)) continue;
    await settle(timeline, cancelWaiting(ground));
    if (!(await settle(timeline, hasAny(ground, OPEN_STATES)))) return;
  }
  record.violate(
    "everything ends once the faults have stopped",
    "it did not in an hour and a half",
  );
}

const STATES_TO_SEND: readonly DeliveryState[] = ["queued", "sending", "scheduled"];
const OPEN_STATES: readonly DeliveryState[] = [...STATES_TO_SEND, "waiting"];

/** Whether there is a message in any of these states. */
async function hasAny(
  { store, account: { appid } }: PlayGround,
  states: readonly DeliveryState[],
): Promise<boolean> {
  for (const state of states) {
    const found = await store.listMessages({ appid, state, limit: 1, after: undefined });
    if (found.length > 0) return true;
  }
  return false;
}

async function tearDown({ instances, store }: PlayGround): Promise<void> {
  for (const instance of instances) instance.crash();
  await store.close();
}

/** Lets time pass until a promise is settled. */
async function settle<T>(timeline: Timeline, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => void (isSettled = true));
  settled.catch(() => undefined); // Whoever awaits it below hears of it.
  const isOver = (): boolean => isSettled;
  await timeline.run(timeline.now + CALM_MAX_MS, isOver);
  if (!isOver()) throw new Error("something is waited for that never happens");
  return settled;
}
