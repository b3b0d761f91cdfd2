import { createSealer, ensureDemo, type LinkRecord, loadConfig, openStore } from "@yici/gateway";
import { DEMO_ACCOUNT } from "@yici/platform";
import { type AppId, parseAppId, parseScene } from "@yici/protocol";
import { createDispatcher, silentLog, type World } from "@yici/runtime";
import { Chance } from "../fuzz/chance.ts";
import { createActorWorld, EPOCH } from "./actor-world.ts";
import type { Conditions } from "./conditions.ts";
import { GatewayInstance } from "./gateway-instance.ts";
import { Network } from "./network.ts";
import type { PlayGround, SimulatedPerson } from "./play-ground.ts";
import type { HistoryRecord } from "./record.ts";
import type { Stage } from "./stage.ts";
import { Actor, type Timeline } from "./timeline.ts";

/** What a history is made of. */
export interface HistoryParts {
  readonly stage: Stage;
  readonly chance: Chance;
  readonly timeline: Timeline;
  readonly record: HistoryRecord;
  readonly conditions: Conditions;
}

const KEYS = [Buffer.alloc(32, 7)] as const;
const MEMORY = loadConfig({ env: {}, flags: { databaseUrl: "sqlite::memory:" } }).database;

/** A platform on a clean slate, an empty store with the demo account in it, and two gateways that do not run yet. */
export async function setUpHistory(parts: HistoryParts): Promise<PlayGround> {
  const { stage, chance, timeline, record, conditions } = parts;
  const { platform } = stage;
  stage.enter(createQuietWorld("WeChat", parts));
  await platform.control.reset();
  const world = createQuietWorld("store", parts);
  const store = await openStore(MEMORY, world);
  const demo = await ensureDemo(
    { apiUrl: platform.url, pageUrl: platform.url, appSecret: DEMO_ACCOUNT.secret },
    { store, sealer: createSealer(KEYS, world), world, publicUrl: "http://localhost" },
  );
  const appid = must(parseAppId(demo.appid));
  const account = must(await store.findAccount(appid));
  const links = chooseScenes(chance).map((scene) => buildLink(appid, account.code, scene));
  await Promise.all(links.map((link) => store.addLink(link)));
  const actor = new Actor("network", timeline);
  const network = new Network({ timeline, actor, chance, platform, record }, conditions);
  const instanceGround = { timeline, chance, record, network, store, keys: KEYS };
  const instances = ["A", "B"].map((name) => new GatewayInstance(name, instanceGround));
  store.onDue(() => instances.forEach((instance) => instance.tellDue()));
  return {
    timeline,
    chance,
    record,
    platform,
    network,
    store,
    instances,
    account,
    links,
    keys: KEYS,
    people: await choosePeople(stage, appid, chance),
    crowd: new Actor("crowd", timeline),
    calmAt: timeline.now + conditions.calendar.stormMs,
  };
}

/** For what answers calls and makes none. */
function createQuietWorld(name: string, { timeline, chance }: HistoryParts): World {
  return createActorWorld({
    timeline,
    actor: new Actor(name, timeline),
    chance: new Chance(chance.below(2 ** 32)),
    dispatcher: createDispatcher(),
    log: silentLog,
  });
}

/** Few slots, so that much happens to each. */
function chooseScenes(chance: Chance): readonly number[] {
  return chance.hits(0.5) ? [1] : [1, 2];
}

async function choosePeople(
  { platform }: Stage,
  appid: AppId,
  chance: Chance,
): Promise<readonly SimulatedPerson[]> {
  const people = await platform.control.listPeople();
  return people.slice(0, chance.hits(0.5) ? 1 : 2).map(({ id, openids }) => {
    return { id, openid: must(openids[appid]), browser: id.padEnd(32, "0") };
  });
}

function buildLink(appid: AppId, code: string, scene: number): LinkRecord {
  return {
    appid,
    linkId: `${code}scene${String(scene).padStart(5, "0")}`,
    scene: must(parseScene(scene)),
    title: "到货提醒",
    createdAt: EPOCH,
  };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("the demo has it");
  return value;
}
