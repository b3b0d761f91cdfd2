import type { BareCallbackSide } from "./bare-callback-side.ts";
import type { CallbackLoadSide, CallbackOrder } from "./callback-load-side.ts";
import type { GatewayCallbackSide } from "./gateway-callback-side.ts";
import { known } from "./known.ts";
import { medianOf } from "./median.ts";
import type { Engine } from "./send-order.ts";
import { Side, type Usage } from "./side.ts";

export interface CallbackOptions {
  readonly rounds: number;
  /** Callbacks of each side in one round. */
  readonly callbacks: number;
  readonly engines: readonly Engine[];
}

/** A server under load. */
interface Target {
  readonly name: Engine | "reference";
  readonly server: Side<{ usage(): Promise<Usage & { readonly childrenCpuUs?: number }> }>;
  readonly port: number;
  /** Where people have to have come from, unless it is nothing to the server. */
  readonly from: Pick<CallbackOrder, "links" | "key"> | undefined;
}

/** One server's figures of one round. */
interface Figures {
  readonly perSecond: number;
  /** CPU time of the server's process for one callback, in microseconds. */
  readonly cpuUs: number;
  /** The same of the database server's processes. */
  readonly databaseCpuUs: number;
  readonly rssMb: number;
}

type Round = ReadonlyMap<Target["name"], Figures>;

/**
 * Genuine callbacks, each of another person, at the gateway: verified, recorded and sent on to the page that says so;
 * beside a bare Fastify that redirects. The same requests over 64 connections, from a process of their own. The sides
 * alternate. In the end the grants on record are counted.
 */
export async function benchCallback(options: CallbackOptions): Promise<object> {
  await using stack = new AsyncDisposableStack();
  const load = stack.use(Side.start<CallbackLoadSide>("callback-load-side.ts"));
  const bare = stack.use(Side.start<BareCallbackSide>("bare-callback-side.ts"));
  const gateways = new Map(
    options.engines.map((engine) => [
      engine,
      stack.use(Side.startAsYici<GatewayCallbackSide>("gateway-callback-side.ts")),
    ]),
  );
  const targets: Target[] = [];
  for (const [name, server] of gateways) {
    const { port, ...from } = await server.call("prepare", name);
    targets.push({ name, server, port, from });
  }
  // After the others, so that it meets people whom somebody has made.
  targets.push({
    name: "reference",
    server: bare,
    ...(await bare.call("prepare")),
    from: undefined,
  });
  const rounds = await measureRounds(targets, load, options);
  for (const [engine, server] of gateways) await checkGrants(engine, server, options);
  return conclude(rounds);
}

async function measureRounds(
  targets: readonly Target[],
  load: Side<CallbackLoadSide>,
  { rounds: count, callbacks }: CallbackOptions,
): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  // The first round warms all sides up and does not count.
  for (let number = 0; number <= count; number += 1) {
    const round = new Map<Target["name"], Figures>();
    for (const target of number % 2 === 0 ? targets : targets.toReversed()) {
      round.set(target.name, await measure(target, load, callbacks));
    }
    tell(number, round);
    if (number > 0) rounds.push(round);
  }
  return rounds;
}

async function measure(
  { server, port, from }: Target,
  load: Side<CallbackLoadSide>,
  callbacks: number,
): Promise<Figures> {
  if (from !== undefined) await load.call("prepare", { ...from, callbacks });
  const before = await server.call("usage");
  const { elapsedMs, good } = await load.call("load", port);
  const after = await server.call("usage");
  if (good !== callbacks) {
    throw new Error(`${callbacks - good} of ${callbacks} callbacks were not sent on`);
  }
  return {
    perSecond: (callbacks / elapsedMs) * 1_000,
    cpuUs: (after.cpuUs - before.cpuUs) / callbacks,
    databaseCpuUs: ((after.childrenCpuUs ?? 0) - (before.childrenCpuUs ?? 0)) / callbacks,
    rssMb: after.rssBytes / 2 ** 20,
  };
}

function tell(number: number, round: Round): void {
  const { perSecond: reference } = known(round.get("reference"));
  const lines = [...round].map(([name, { perSecond, cpuUs, databaseCpuUs, rssMb }]) => {
    const ratio = (perSecond / reference).toFixed(2);
    const cpu = `${cpuUs.toFixed(1)} + ${databaseCpuUs.toFixed(1)} µs`;
    return `${name} ${perSecond.toFixed(0)}/s (${ratio}) at ${cpu}, ${rssMb.toFixed(0)} MB`;
  });
  process.stderr.write(`${number === 0 ? "warm-up" : `round ${number}`}: ${lines.join("; ")}\n`);
}

async function checkGrants(
  engine: Engine,
  server: Side<GatewayCallbackSide>,
  { rounds, callbacks }: CallbackOptions,
): Promise<void> {
  const { count } = await server.call("countGrants");
  const expected = (rounds + 1) * callbacks;
  if (count === expected) return;
  throw new Error(`${expected} callbacks, and ${count} grants on record on ${engine}`);
}

/** The closing line: medians of the rounds. */
function conclude(rounds: readonly Round[]): object {
  const median = (
    name: Target["name"],
    read: (figures: Figures, reference: Figures) => number,
  ): number =>
    Number(
      medianOf(
        rounds.map((round) => read(known(round.get(name)), known(round.get("reference")))),
      ).toFixed(3),
    );
  const sum = (name: Target["name"]): object => ({
    ratio: median(name, ({ perSecond }, reference) => perSecond / reference.perSecond),
    per_second: median(name, ({ perSecond }) => perSecond),
    cpu_us: median(name, ({ cpuUs }) => cpuUs),
    database_cpu_us: median(name, ({ databaseCpuUs }) => databaseCpuUs),
  });
  const names = [...known(rounds[0]).keys()].toSorted();
  return { name: "callback", ...Object.fromEntries(names.map((name) => [name, sum(name)])) };
}
