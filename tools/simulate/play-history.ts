import { ensureDemo, createSealer, loadConfig, openStore, type LinkRecord } from "@yici/gateway";
import { DEMO_ACCOUNT } from "@yici/platform";
import { parseAppId, parseScene, type AppId } from "@yici/protocol";
import { createDispatcher, silentLog, type World } from "@yici/runtime";
import { Chance } from "../fuzz/chance.ts";
import { createActorWorld, EPOCH } from "./actor-world.ts";
import { calm, type Conditions, drawConditions, type Mishap } from "./conditions.ts";
import { cancel, cancelWaiting, order } from "./developers.ts";
import { GatewayInstance } from "./gateway-instance.ts";
import { judgeHistory } from "./judge-history.ts";
import { MISHAPS, resumeAccount } from "./mishaps.ts";
import { Network } from "./network.ts";
import type { PlayGround } from "./play-ground.ts";
import { HistoryRecord } from "./record.ts";
import type { Stage } from "./stage.ts";
import { Actor, Timeline } from "./timeline.ts";
import { forge, visit } from "./visitors.ts";

/** What came of one history. */
export interface HistoryOutcome {
  readonly seed: number;
  readonly violations: readonly string[];
  /** What happened, a line each, if that was asked for. */
  readonly lines: readonly string[];
  /** How many messages ended in each state. */
  readonly endings: ReadonlyMap<string, number>;
  /** How often each fault struck. */
  readonly faults: ReadonlyMap<string, number>;
  /** Messages that came twice because nobody told the gateway of a confirmation in between. */
  readonly duplicateCount: number;
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
  const ground = await settle(timeline, setUp(stage, { chance, timeline, record, conditions }));
  await storm(ground, conditions);
  await calmDown(ground);
  const judgement = await settle(timeline, judgeHistory(ground));
  await settle(timeline, tearDown(ground));
  const { violations, lines, faults } = record;
  return { seed, violations, lines, faults, ...judgement };
}

interface Parts {
  readonly chance: Chance;
  readonly timeline: Timeline;
  readonly record: HistoryRecord;
  readonly conditions: Conditions;
}

const SCENES = [[1], [1, 2]];
const KEYS = [Buffer.alloc(32, 7)] as const;

/** Whatever has not ended this long after the faults stopped never will. */
const CALM_MAX_MS = 4 * 3_600_000;
const LOOK_EVERY_MS = 60_000;

async function setUp(stage: Stage, parts: Parts): Promise<PlayGround> {
  const { chance, timeline, record, conditions } = parts;
  const { platform } = stage;
  const createWorld = (name: string): World =>
    createActorWorld({
      actor: new Actor(name, timeline),
      timeline,
      chance: new Chance(chance.below(2 ** 32)),
      dispatcher: createDispatcher(),
      log: silentLog,
    });
  stage.enter(createWorld("WeChat"));
  await platform.control.reset();
  const world = createWorld("store");
  const store = await openStore(MEMORY, world);
  const sealer = createSealer(KEYS, world);
  const demo = await ensureDemo(
    { apiUrl: platform.url, pageUrl: platform.url, appSecret: DEMO_ACCOUNT.secret },
    { store, sealer, world, publicUrl: "http://localhost" },
  );
  const appid = must(parseAppId(demo.appid));
  const account = must(await store.findAccount(appid));
  const links = chance.pick(SCENES).map((scene) => buildLink(appid, account.code, scene));
  await Promise.all(links.map((link) => store.addLink(link)));
  const people = (await platform.control.listPeople())
    .slice(0, 1 + chance.below(2))
    .map(({ id, openids }) => {
      return { id, openid: must(openids[appid]), browser: id.padEnd(32, "0") };
    });
  const network = new Network(
    { timeline, actor: new Actor("network", timeline), chance, platform, record },
    conditions,
  );
  const instanceGround = { timeline, chance, record, network, store, keys: KEYS };
  const instances = ["A", "B"].map((name) => new GatewayInstance(name, instanceGround));
  store.onDue(() => instances.forEach((instance) => instance.tellDue()));
  const crowd = new Actor("crowd", timeline);
  const calmAt = timeline.now + conditions.calendar.stormMs;
  const shared = { timeline, chance, record, platform, network, store, instances };
  return { ...shared, account, keys: KEYS, links, people, crowd, calmAt };
}

const MEMORY = loadConfig({ env: {}, flags: { databaseUrl: "sqlite::memory:" } }).database;

function buildLink(appid: AppId, code: string, scene: number): LinkRecord {
  return {
    appid,
    linkId: `${code}scene${String(scene).padStart(5, "0")}`,
    scene: must(parseScene(scene)),
    title: "到货提醒",
    createdAt: EPOCH,
  };
}

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
  plan(chance.below(3), resumeAccount);
  for (const [mishap, act] of Object.entries(MISHAPS)) plan(mishaps[mishap as Mishap], act);
  await timeline.run(calmAt);
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
async function calmDown(ground: PlayGround): Promise<void> {
  const { network, instances, record, timeline, crowd, conditions } = {
    ...ground,
    conditions: ground.network.conditions,
  };
  record.note("network", () => "is calm from now on");
  network.conditions = calm(conditions);
  network.outage = undefined;
  const untilMs = timeline.now + CALM_MAX_MS;
  while (timeline.now < untilMs) {
    for (const instance of instances) instance.start();
    await timeline.run(timeline.now + LOOK_EVERY_MS);
    await settle(timeline, resumeAccount(ground));
    if (timeline.isAwaiting(crowd)) continue;
    await settle(timeline, cancelWaiting(ground));
    if (await settle(timeline, hasEnded(ground))) return;
  }
  record.violate("everything ends once the faults have stopped", "it did not in four hours");
}

const OPEN_STATES = ["scheduled", "waiting", "queued", "sending"] as const;

async function hasEnded({ store, account: { appid } }: PlayGround): Promise<boolean> {
  for (const state of OPEN_STATES) {
    const open = await store.listMessages({ appid, state, limit: 1, after: undefined });
    if (open.length > 0) return false;
  }
  return true;
}

async function tearDown({ instances, store }: PlayGround): Promise<void> {
  for (const instance of instances) instance.crash();
  await store.close();
}

/** Lets time pass until a promise is settled. */
async function settle<T>(timeline: Timeline, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => void (isSettled = true));
  settled.catch(() => undefined);
  await new Promise<void>((resolve) => void setImmediate(resolve));
  await timeline.run(timeline.now + CALM_MAX_MS, () => isSettled);
  return settled;
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("the demo has it");
  return value;
}
