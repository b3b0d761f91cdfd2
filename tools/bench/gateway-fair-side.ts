import {
  buildAcceptance,
  buildSlot,
  type GatewayGround,
  openGatewayGround,
} from "./gateway-ground.ts";
import { seedCopies } from "./seed-copies.ts";
import type { Engine } from "./send-order.ts";
import { answerCalls } from "./side.ts";

/** How much is due, and where it is sent to. */
export interface FairOrder {
  readonly engine: Engine;
  readonly url: string;
  /** Of one account. */
  readonly many: number;
  /** Of each of the others. */
  readonly few: number;
  readonly others: number;
  /** The race is over once the one account has had so many. */
  readonly manyMax: number;
}

/** What was sent, and settled, when the race was over. */
export interface Race {
  readonly ofMany: number;
  readonly ofFew: number;
  readonly elapsedMs: number;
}

/** What this side answers. */
export interface GatewayFairSide {
  prepare(order: FairOrder): Promise<{ readonly elapsedMs: number }>;
  run(): Promise<Race>;
}

/** One account with very much that is due, and others with a little each, which became due later. */
const CONNECTIONS = 64;

let order: FairOrder | undefined;
let ground: GatewayGround | undefined;

async function prepare(given: FairOrder): Promise<{ readonly elapsedMs: number }> {
  const startedAt = performance.now();
  order = given;
  ground = await openGatewayGround(CONNECTIONS, given.engine);
  // A template of each account, which is itself due.
  const templates = await acceptOfEach(ground, given);
  await ground.reopen(async (database) => {
    for (const [index, template] of templates.entries()) {
      const count = (index === 0 ? given.many : given.few) - 1;
      if (count > 0) await seedCopies(database, { ...template, count });
    }
  });
  return { elapsedMs: performance.now() - startedAt };
}

async function acceptOfEach(
  gateway: GatewayGround,
  { others, url }: FairOrder,
): Promise<readonly ReturnType<typeof buildAcceptance>[]> {
  const { store, world } = gateway;
  const acceptances = [];
  for (let number = 1; number <= 1 + others; number += 1) {
    const slot = buildSlot(await gateway.addAccount(number, url), 0);
    const now = world.now();
    const acceptance = buildAcceptance(slot, 0, now);
    await store.importGrant(slot, now, now);
    const { kind } = await store.accept(acceptance);
    if (kind !== "accepted") throw new Error(`a message was not accepted: ${kind}`);
    acceptances.push(acceptance);
  }
  return acceptances;
}

async function run(): Promise<Race> {
  if (order === undefined || ground === undefined) throw new Error("nothing is prepared");
  const { few, others, manyMax } = order;
  const { store } = ground;
  const race = { ofMany: 0, ofFew: 0 };
  const over = Promise.withResolvers<void>();
  store.onChange((changed) => {
    if (changed === "unknown") return;
    const ofMany = changed.filter((messageId) => messageId.startsWith("msg_0001")).length;
    race.ofFew += changed.length - ofMany;
    // What is settled in the same commit as the last of the others counts against the one.
    race.ofMany += ofMany;
    if (race.ofFew >= few * others || race.ofMany > manyMax) over.resolve();
  });
  const engine = ground.buildEngine();
  const startedAt = performance.now();
  engine.start();
  await over.promise;
  const ended = { ...race, elapsedMs: performance.now() - startedAt };
  await engine.stop();
  return ended;
}

answerCalls<GatewayFairSide>({ prepare, run }, async () => ground?.[Symbol.asyncDispose]());
