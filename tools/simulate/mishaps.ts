import { DEMO_ACCOUNT } from "@yici/platform";
import {
  buildSendBody,
  buildStableTokenBody,
  parseReply,
  parseTokenReply,
  SEND_PATH,
  STABLE_TOKEN_PATH,
} from "@yici/protocol";
import { EPOCH } from "./actor-world.ts";
import type { Mishap, NetworkFault } from "./conditions.ts";
import type { GatewayInstance } from "./gateway-instance.ts";
import { type PlayGround, wait } from "./play-ground.ts";
import type { Actor } from "./timeline.ts";

/** How each mishap comes about. Those of a process strike at one of its next awaits. */
export const MISHAPS: Readonly<Record<Mishap, (ground: PlayGround) => Promise<void>>> = {
  crash,
  stall,
  rolling_restart: restart,
  token_revoked: revokeTokens,
  second_sender: sendElsewhere,
  person_refuses: refuse,
  outage: breakDown,
};

/** An operator sets the account going again. */
export async function resumeAccount({
  store,
  account,
  record,
  timeline,
}: PlayGround): Promise<void> {
  const pause = await store.findPause(account.appid);
  if (pause === undefined) return;
  record.note("operator", () => `resumes the account, paused for ${pause.reason}`);
  await store.resumeAccount(account.appid, EPOCH + timeline.now);
}

async function crash(ground: PlayGround): Promise<void> {
  strike(ground, "crash", (instance) => {
    instance.crash();
    ground.crowd.at(ground.chance.below(60_000), () => instance.start());
  });
}

/** Up to far more than a lease lasts. */
const STALLS_MS = [2_000, 31_000, 60_000, 60_000];

/** A process stands still, often until somebody else has taken its work over and is in the middle of it. */
async function stall(ground: PlayGround): Promise<void> {
  const { chance, record, network } = ground;
  const ms = chance.pick(STALLS_MS) + chance.below(1_000);
  strike(ground, "stall", (_instance, actor) => {
    record.note(actor.name, () => `stands still for ${ms} ms at most`);
    actor.stall(ms);
    const text = record.sends.findLast(({ sender }) => sender === actor)?.text;
    network.ambushes.push((rival) => {
      if (rival.text !== text || rival.sender === actor) return false;
      actor.goOn(chance.below(1_000));
      return true;
    });
  });
}

/** Mostly while a message is being sent, for then most is at stake. */
const AWAITS_MAX = 12;

/** Lets something happen to a process at one of its next awaits: now, or once it sends the next message. */
function strike(
  { chance, record, timeline, calmAt, instances, network }: PlayGround,
  kind: Mishap,
  happen: (instance: GatewayInstance, actor: Actor) => void,
): void {
  const lieInWait = (actor: Actor): boolean => {
    actor.interruptAfter(1 + chance.below(AWAITS_MAX), () => {
      const instance = instances.find(({ living }) => living?.actor === actor);
      if (timeline.now >= calmAt || instance === undefined) return;
      record.countFault(kind);
      happen(instance, actor);
    });
    return true;
  };
  const { living } = chance.pick(instances);
  if (chance.hits(0.75)) network.ambushes.push(({ sender }) => lieInWait(sender));
  else if (living !== undefined) lieInWait(living.actor);
}

async function restart(ground: PlayGround): Promise<void> {
  const instance = ground.chance.pick(ground.instances);
  ground.record.countFault("rolling_restart");
  await instance.stop();
  await wait(ground, ground.chance.below(5_000));
  instance.start();
}

async function revokeTokens({ platform, account, record }: PlayGround): Promise<void> {
  record.countFault("token_revoked");
  record.note("somebody", () => "has the account's tokens revoked");
  await platform.control.revokeTokens(account.appid);
}

/** Another system of the team, or an old one, sends with the same account. */
async function sendElsewhere({
  platform,
  chance,
  people,
  links,
  account,
  record,
  timeline,
}: PlayGround): Promise<void> {
  const person = chance.pick(people);
  const { scene } = chance.pick(links);
  const { appid, templateId } = account;
  const asked = buildStableTokenBody({ appid, secret: DEMO_ACCOUNT.secret, forceRefresh: false });
  const answer = await platform.call({ method: "POST", target: STABLE_TOKEN_PATH, body: asked });
  const reply = parseTokenReply(answer);
  if (reply.kind !== "token") return;
  const body = { touser: person.openid, templateId, scene, title: "别处", content: "elsewhere" };
  const target = `${SEND_PATH}?access_token=${reply.accessToken}`;
  const sent = parseReply(
    await platform.call({ method: "POST", target, body: buildSendBody(body) }),
  );
  const errcode = sent.kind === "answered" ? sent.errcode : undefined;
  record.note("elsewhere", () => `sends to ${person.id}/${scene}: ${errcode}`);
  if (errcode !== 0) return;
  record.countFault("second_sender");
  record.foreign.push({ person: person.id, scene, at: timeline.now });
}

async function refuse(ground: PlayGround): Promise<void> {
  const { platform, chance, people, account, record, timeline } = ground;
  const person = chance.pick(people);
  record.countFault("person_refuses");
  record.refusals.push({ person: person.id, at: timeline.now });
  record.note(person.id, () => "refuses the account's messages in WeChat's settings");
  await platform.control.changePerson(person.id, { refuses: [account.appid] });
  await wait(ground, chance.below(120_000));
  await platform.control.changePerson(person.id, { refuses: [] });
}

const OUTAGES: readonly NetworkFault[] = [
  "unsent",
  "lost_before",
  "garbled_before",
  "lost_after",
  "garbled_after",
];

/** Everything is struck by one fault; what loses the answer to a message may refuse connections from then on. */
async function breakDown(ground: PlayGround): Promise<void> {
  const { network, chance, record, timeline, calmAt, crowd } = ground;
  record.countFault("outage");
  const leftMs = calmAt - timeline.now;
  const lengthMs = chance.hits(0.5) ? leftMs : Math.min(chance.below(20_000), leftMs);
  const outage = chance.pick(OUTAGES);
  network.outage = outage;
  record.note("network", () => `is down from now on: ${outage}`);
  if (chance.hits(0.8)) {
    network.ambushes.push(() => {
      crowd.at(3_000, () => void (network.outage === outage && (network.outage = "unsent")));
      return true;
    });
  }
  await wait(ground, lengthMs);
  network.outage = undefined;
}
