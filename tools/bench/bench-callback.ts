import type { BareCallbackSide } from "./bare-callback-side.ts";
import type { CallbackLoadSide } from "./callback-load-side.ts";
import type { GatewayCallbackSide } from "./gateway-callback-side.ts";
import { medianOf } from "./median.ts";
import { Side, type Usage } from "./side.ts";

export interface CallbackOptions {
  readonly rounds: number;
  /** Callbacks of each side in one round. */
  readonly callbacks: number;
}

/** One side's figures of one round. */
interface Figures {
  readonly perSecond: number;
  /** CPU time of the server's process for one callback, in microseconds. */
  readonly cpuUs: number;
  readonly rssMb: number;
}

interface Round {
  readonly reference: Figures;
  readonly sqlite: Figures;
}

/** A server under load. */
interface Target {
  readonly server: Side<{ usage(): Promise<Usage> }>;
  readonly port: number;
}

/**
 * Genuine callbacks, each of another person, at the gateway: verified, recorded and sent on to the page that says so;
 * beside a bare Fastify that redirects. The same requests over 64 connections, from a process of their own. The sides
 * alternate. In the end the grants on record are counted.
 */
export async function benchCallback({ rounds, callbacks }: CallbackOptions): Promise<object> {
  await using gateway = Side.start<GatewayCallbackSide>("gateway-callback-side.ts");
  await using bare = Side.start<BareCallbackSide>("bare-callback-side.ts");
  await using load = Side.start<CallbackLoadSide>("callback-load-side.ts");
  const { links, key, port } = await gateway.call("prepare");
  const targets = {
    reference: { server: bare, ...(await bare.call("prepare")) },
    sqlite: { server: gateway, port },
  };
  const measured: Round[] = [];
  // The first round warms both sides up and does not count.
  for (let number = 0; number <= rounds; number += 1) {
    await load.call("prepare", { links, key, callbacks });
    const atBare = (): Promise<Figures> => measure(targets.reference, load, callbacks);
    const atGateway = (): Promise<Figures> => measure(targets.sqlite, load, callbacks);
    const round =
      number % 2 === 0
        ? { reference: await atBare(), sqlite: await atGateway() }
        : { sqlite: await atGateway(), reference: await atBare() };
    if (number > 0) measured.push(round);
    tell(number, round);
  }
  const { count } = await gateway.call("countGrants");
  const expected = (rounds + 1) * callbacks;
  if (count !== expected) throw new Error(`${expected} callbacks, and ${count} grants on record`);
  return conclude(measured);
}

async function measure(
  { server, port }: Target,
  load: Side<CallbackLoadSide>,
  callbacks: number,
): Promise<Figures> {
  const before = await server.call("usage");
  const { elapsedMs, good } = await load.call("load", port);
  const after = await server.call("usage");
  if (good !== callbacks) {
    throw new Error(`${callbacks - good} of ${callbacks} callbacks were not sent on`);
  }
  return {
    perSecond: (callbacks / elapsedMs) * 1_000,
    cpuUs: (after.cpuUs - before.cpuUs) / callbacks,
    rssMb: after.rssBytes / 2 ** 20,
  };
}

function tell(number: number, { reference, sqlite }: Round): void {
  const show = ({ perSecond, cpuUs, rssMb }: Figures): string =>
    `${perSecond.toFixed(0)} callbacks/s at ${cpuUs.toFixed(1)} µs, ${rssMb.toFixed(0)} MB`;
  const ratio = (sqlite.perSecond / reference.perSecond).toFixed(2);
  const name = number === 0 ? "warm-up" : `round ${number}`;
  process.stderr.write(
    `${name}: gateway ${show(sqlite)}; bare ${show(reference)}; ratio ${ratio}\n`,
  );
}

/** The closing line: medians of the rounds. */
function conclude(measured: readonly Round[]): object {
  const median = (read: (round: Round) => number): number =>
    Number(medianOf(measured.map(read)).toFixed(3));
  return {
    name: "callback",
    sqlite: {
      ratio: median(({ sqlite, reference }) => sqlite.perSecond / reference.perSecond),
      per_second: median(({ sqlite }) => sqlite.perSecond),
      cpu_us: median(({ sqlite }) => sqlite.cpuUs),
    },
    reference: {
      per_second: median(({ reference }) => reference.perSecond),
      cpu_us: median(({ reference }) => reference.cpuUs),
    },
  };
}
