import { openLink, receiveCallback } from "@yici/gateway";
import {
  askPatiently,
  pickProcess,
  type PlayGround,
  type SimulatedPerson,
  wait,
} from "./play-ground.ts";
import { namePlace, type Place } from "./record.ts";

/** A callback on its way to a gateway. */
interface Callback extends Place {
  readonly rawQuery: string;
  readonly browser: string | undefined;
  readonly decidedAt: number;
  readonly isForged: boolean;
}

const USER_AGENT = "Mozilla/5.0 MicroMessenger/8.0";

/** Somebody opens a link, decides at the platform, and comes back: at once, late, in another browser, twice, or never. */
export async function visit(ground: PlayGround): Promise<void> {
  const { chance, record, timeline, platform } = ground;
  const person = chance.pick(ground.people);
  const asked = open(ground, person.browser);
  if (asked === undefined) return;
  const place = { person: person.id, scene: asked.scene };
  await wait(ground, chance.below(5_000));
  const action = chance.hits(0.1) ? "cancel" : "confirm";
  const decision = await platform.control.decide({
    authorizeLink: asked.location,
    person: person.id,
    action,
  });
  if (decision.kind === "refused") {
    record.violate("a link of ours passes the confirm page's checks", decision.check);
    return;
  }
  record.note(person.id, () => `${action}s ${namePlace(place)}`);
  if (action === "confirm") record.confirmed.push({ ...place, at: timeline.now });
  const callback = {
    ...place,
    rawQuery: new URL(decision.location).search.slice(1),
    browser: chooseBrowser(ground, person),
    decidedAt: timeline.now,
    isForged: false,
  };
  await comeBack(ground, callback);
}

/** An attacker takes a genuine `reserved` of their own and puts somebody else's openid beside it. */
export async function forge(ground: PlayGround): Promise<void> {
  const { chance, timeline, account } = ground;
  const attacker = `attacker${chance.below(1_000_000)}`.padEnd(32, "x");
  const asked = open(ground, attacker);
  if (asked === undefined) return;
  const victim = chance.pick(ground.people);
  const reserved = new URL(asked.location).searchParams.get("reserved") ?? "";
  const isBroken = chance.hits(0.2);
  const query = new URLSearchParams({
    openid: victim.openid,
    template_id: account.templateId,
    action: "confirm",
    scene: String(asked.scene),
    reserved: isBroken ? breakSeal(reserved) : reserved,
  });
  const callback = {
    person: victim.id,
    scene: asked.scene,
    rawQuery: query.toString(),
    browser: chance.hits(0.5) ? attacker : undefined,
    decidedAt: timeline.now,
    isForged: true,
  };
  const outcome = await arrive(ground, callback);
  if (isBroken && outcome === "confirmed") {
    ground.record.violate("a broken seal opens nothing", namePlace(callback));
  }
}

/** An attacker puts another openid into a callback that somebody else has used already. */
export async function steal(ground: PlayGround): Promise<void> {
  const { chance, record, people, timeline } = ground;
  const used = record.heard.filter(({ isForged }) => !isForged);
  if (used.length === 0 || people.length < 2) return;
  const { person, scene, rawQuery } = chance.pick(used);
  const thief = chance.pick(people.filter(({ id }) => id !== person));
  const query = new URLSearchParams(rawQuery);
  query.set("openid", thief.openid);
  const outcome = await arrive(ground, {
    person: thief.id,
    scene,
    rawQuery: query.toString(),
    browser: thief.browser,
    decidedAt: timeline.now,
    isForged: true,
  });
  if (outcome === "confirmed") {
    record.violate("a callback is of no use to anybody else", namePlace({ person, scene }));
  }
}

function breakSeal(reserved: string): string {
  const last = reserved.endsWith("0") ? "1" : "0";
  return `${reserved.slice(0, -1)}${last}`;
}

/** Opens one of the account's links: where it leads, and what for. Nothing while no gateway runs. */
function open(
  ground: PlayGround,
  browser: string,
): { readonly scene: number; readonly location: string } | undefined {
  const process = pickProcess(ground);
  if (process === undefined) return undefined;
  const { account, keys, chance, links } = ground;
  const link = chance.pick(links);
  const visited = { account, link, userAgent: USER_AGENT, browser };
  const opened = openLink(visited, keys, process.world);
  return opened.kind === "asked" ? { scene: link.scene, location: opened.location } : undefined;
}

/** Mostly the one it began in; people do copy links from one app into another. */
function chooseBrowser({ chance }: PlayGround, { browser }: SimulatedPerson): string | undefined {
  if (chance.hits(0.8)) return browser;
  return chance.hits(0.5) ? undefined : "another".padEnd(32, "0");
}

const EARLY_MS = 1_500;
const LATE_MS = 12 * 60_000;

async function comeBack(ground: PlayGround, callback: Callback): Promise<void> {
  const { chance, record } = ground;
  if (chance.hits(0.15)) return record.note(callback.person, () => "never comes back");
  await wait(ground, chance.hits(0.6) ? chance.below(EARLY_MS) : chance.next() ** 3 * LATE_MS);
  for (let tries = 0; tries < 4; tries += 1) {
    const outcome = await arrive(ground, callback);
    if (outcome !== undefined && chance.hits(0.8)) return;
    // Heard or not, the page is loaded again: it does so by itself after a failure, and people do.
    await wait(ground, 1_000 + chance.next() ** 2 * 300_000);
  }
}

async function arrive(ground: PlayGround, callback: Callback): Promise<string | undefined> {
  const process = pickProcess(ground);
  if (process === undefined) return undefined;
  const { account, keys, record, timeline } = ground;
  const { person, scene, rawQuery, browser, decidedAt, isForged } = callback;
  const arrived = { person, scene, rawQuery, decidedAt, isForged, receivedAt: timeline.now };
  record.received.push(arrived);
  const received = receiveCallback(
    { account, rawQuery, browser },
    { ledger: process.store, keys, now: process.world.now(), admitsLink: () => true },
  );
  const outcome = await askPatiently(ground, received);
  record.note(process.actor.name, () => {
    return `answers ${isForged ? "a forged" : "the"} callback of ${namePlace(callback)}: ${outcome?.kind ?? "nothing"}`;
  });
  if (outcome?.kind === "confirmed") {
    record.heard.push({ ...arrived, answeredAt: timeline.now });
  }
  return outcome?.kind;
}
