import { type GatewayGround, openGatewayGround } from "./gateway-ground.ts";
import { seedMessages } from "./seed-messages.ts";
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
  const { engine, url, many, few, others } = given;
  const opened = await openGatewayGround(CONNECTIONS, engine);
  ground = opened;
  const { world } = opened;
  const one = await opened.addAccount(1, url);
  const numbers = Array.from({ length: others }, (_, index) => index + 2);
  const appids = await Promise.all(numbers.map((number) => opened.addAccount(number, url)));
  await opened.reopen(async (database) => {
    const due = { dueAt: world.now(), firstNumber: 0 };
    await seedMessages(database, world, { ...due, appids: [one], perAccount: many });
    await seedMessages(database, world, { ...due, appids, perAccount: few });
  });
  return { elapsedMs: performance.now() - startedAt };
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
