import type { Acceptance, Store } from "@yici/gateway";
import type { Scene } from "@yici/protocol";
import { EPOCH } from "./actor-world.ts";
import {
  askPatiently,
  pickProcess,
  type PlayGround,
  type SimulatedPerson,
  wait,
} from "./play-ground.ts";
import { namePlace, type Order } from "./record.ts";

type Terms = Pick<
  Acceptance,
  "dueAt" | "deadlineAt" | "whenNoGrant" | "minEvidence" | "openid" | "scene"
>;

/** A developer asks for a message, again until answered, now and then twice at once: always under one key. */
export async function order(ground: PlayGround): Promise<void> {
  const { chance, record } = ground;
  const { person, scene } = chooseRecipient(ground);
  const text = `m${record.orders.length + 1}`;
  const whenInDoubt = chance.pick(WISHES_IN_DOUBT);
  const placed: Order = { person: person.id, scene, text, whenInDoubt, promisedIds: new Set() };
  record.orders.push(placed);
  const terms = { ...drawTerms(ground), openid: person.openid, scene };
  record.note(
    "developer",
    () => `orders ${text} for ${namePlace(placed)}, ${describe(terms, placed)}`,
  );
  const callers = chance.hits(0.2) ? 2 : 1;
  await Promise.all(Array.from({ length: callers }, () => insist(ground, placed, terms)));
}

/** A developer changes their mind about one of the messages. */
export async function cancel(ground: PlayGround): Promise<void> {
  const { chance, record, account } = ground;
  const ids = record.orders.flatMap(({ promisedIds }) => [...promisedIds]);
  const process = pickProcess(ground);
  if (ids.length === 0 || process === undefined) return;
  const messageId = chance.pick(ids);
  const asked = process.store.cancel(account.appid, messageId, process.world.now());
  const outcome = await askPatiently(ground, asked);
  if (outcome?.kind === "cancelled") record.cancelled.add(messageId);
  record.note("developer", () => `cancels ${messageId}: ${outcome?.kind ?? "no answer"}`);
}

/** Half of them leave it to the account. */
const WISHES_IN_DOUBT = [null, null, "retry", "stop"] as const;

/** In the end nobody wants any more what still waits for somebody to confirm. */
export async function cancelWaiting(ground: PlayGround): Promise<void> {
  const { store, account, timeline } = ground;
  const { appid } = account;
  const filter = { appid, state: "waiting", limit: 200, after: undefined } as const;
  const waiting = await store.listMessages(filter);
  for (const { message } of waiting) {
    await judgeWaiting(ground, message);
    await store.cancel(appid, message.messageId, EPOCH + timeline.now);
  }
}

type Waiting = Awaited<ReturnType<Store["listMessages"]>>[number]["message"];

/** Whatever becomes available goes to who waits for it in the same commit, so nobody is ever seen waiting beside it. */
async function judgeWaiting({ store, record }: PlayGround, message: Waiting): Promise<void> {
  const { grants } = await store.findSlot(message);
  const available = grants.find(({ state }) => state === "available");
  if (available === undefined) return;
  if (message.minEvidence === "bound" && available.evidence !== "bound") return;
  record.violate("nobody waits beside a grant that would do", message.content.content);
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const LIVES_MS = [30 * SECOND_MS, 5 * MINUTE_MS, 60 * MINUTE_MS, 60 * MINUTE_MS];

function drawTerms({ chance, timeline }: PlayGround): Omit<Terms, "openid" | "scene"> {
  const dueAt = EPOCH + timeline.now + (chance.hits(0.75) ? 0 : chance.below(3 * MINUTE_MS));
  const lifeMs = 2 * SECOND_MS + chance.below(chance.pick(LIVES_MS));
  return {
    dueAt,
    deadlineAt: dueAt + lifeMs,
    whenNoGrant: chance.hits(0.35) ? "wait" : "refuse",
    minEvidence: chance.hits(0.2) ? "bound" : "imported",
  };
}

/** Mostly somebody who has confirmed lately. */
function chooseRecipient({ chance, record, people, links }: PlayGround): {
  readonly person: SimulatedPerson;
  readonly scene: Scene;
} {
  const heard = record.heard.at(-1 - chance.below(3));
  const person = people.find(({ id }) => id === heard?.person);
  const link = links.find(({ scene }) => scene === heard?.scene);
  return person !== undefined && link !== undefined && chance.hits(0.7)
    ? { person, scene: link.scene }
    : { person: chance.pick(people), scene: chance.pick(links).scene };
}

/** Far more than the faults ever last. */
const TRIES_MAX = 500;

async function insist(ground: PlayGround, placed: Order, terms: Terms): Promise<void> {
  const { chance, record } = ground;
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const outcome = await ask(ground, placed, terms);
    if (outcome !== undefined) {
      if ("message" in outcome) placed.promisedIds.add(outcome.message.message.messageId);
      return record.note("developer", () => `is told of ${placed.text}: ${outcome.kind}`);
    }
    await wait(ground, chance.below(10 * SECOND_MS));
  }
  record.violate("a developer who insists is answered in the end", placed.text);
}

async function ask(
  ground: PlayGround,
  { text, whenInDoubt }: Order,
  terms: Terms,
): ReturnType<typeof askPatiently<Awaited<ReturnType<PlayGround["store"]["accept"]>>>> {
  const process = pickProcess(ground);
  if (process === undefined) return undefined;
  const { account, chance } = ground;
  return askPatiently(
    ground,
    process.store.accept({
      ...terms,
      appid: account.appid,
      messageId: `msg_${text}_${chance.below(1_000_000)}`,
      content: { title: "订阅通知", content: text },
      whenInDoubt: whenInDoubt ?? undefined,
      principal: "shop",
      idempotency: { key: text, bodyHash: text },
      now: process.world.now(),
    }),
  );
}

function describe(
  { dueAt, deadlineAt, whenNoGrant, minEvidence }: Terms,
  { whenInDoubt }: Order,
): string {
  const lifeS = Math.round((deadlineAt - dueAt) / SECOND_MS);
  return `no grant: ${whenNoGrant}, in doubt: ${whenInDoubt ?? "as ever"}, at least ${minEvidence}, ${lifeS} s`;
}
