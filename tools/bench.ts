import { parseArgs } from "node:util";
import { benchCallback } from "./bench/bench-callback.ts";
import { benchFair } from "./bench/bench-fair.ts";
import { benchMemory } from "./bench/bench-memory.ts";
import { benchPlatform } from "./bench/bench-platform.ts";
import { benchScale } from "./bench/bench-scale.ts";
import { benchSend, type Sender } from "./bench/bench-send.ts";
import type { Engine } from "./bench/send-order.ts";

/** How often and how much to measure; what is not given is the benchmark's own. */
interface BenchOptions {
  readonly rounds: number | undefined;
  /** Sends, or callbacks, of one side in one round. */
  readonly sends: number | undefined;
  readonly latencyMs: number | undefined;
  /** Accounts that share the gateway's messages. */
  readonly accounts: number | undefined;
  /** Messages on record beside those that are sent. */
  readonly sizes: readonly number[] | undefined;
  readonly engines: readonly Engine[];
}

const ENGINES: Readonly<Record<string, readonly Engine[]>> = {
  sqlite: ["sqlite"],
  postgres: ["postgres"],
  both: ["sqlite", "postgres"],
};

const REFERENCE = { reference: { file: "bare-send-side.ts" } };
const PEERS = {
  "co-wechat-api": { file: "co-wechat-side.ts" },
  "node-easywechat": { file: "easywechat-side.ts" },
};

/** The gateway's heart on each engine that is asked for. */
function listGateways({ engines, accounts }: BenchOptions, more = {}): Record<string, Sender> {
  return Object.fromEntries(
    engines.map((engine) => [engine, { file: "gateway-send-side.ts", engine, accounts, ...more }]),
  );
}

/** The whole gateway, which gets its messages over HTTP: reported, with no bar. */
function listHttpGateways({ engines }: BenchOptions): Record<string, Sender> {
  return Object.fromEntries(
    engines.map((engine) => [`${engine}_http`, { file: "gateway-http-side.ts", engine }]),
  );
}

/** Every benchmark by its name. Each prints what it measures as it goes and answers its closing line. */
const BENCHMARKS: Readonly<Record<string, (options: BenchOptions) => Promise<object>>> = {
  platform: ({ rounds = 7, sends = 20_000 }) => benchPlatform({ rounds, sends }),
  memory: ({ sends = 1_000_000 }) => benchMemory({ sends }),
  send: (options) => {
    const { rounds = 5, sends = 40_000, latencyMs = 0 } = options;
    const isLate = latencyMs > 0;
    return benchSend({
      name: "send",
      rounds,
      sends,
      latencyMs,
      connections: isLate ? 200 : 64,
      senders: { ...REFERENCE, ...listGateways(options), ...(isLate ? {} : PEERS) },
    });
  },
  through: (options) => {
    const { rounds = 5, sends = 40_000, latencyMs = 0 } = options;
    const senders = {
      ...REFERENCE,
      ...listGateways(options, { isThrough: true }),
      ...listHttpGateways(options),
    };
    return benchSend({ name: "through", rounds, sends, latencyMs, connections: 64, senders });
  },
  callback: ({ rounds = 5, sends = 20_000, engines }) =>
    benchCallback({ rounds, callbacks: sends, engines }),
  fair: ({ sends = 1_000_000, engines }) => benchFair({ many: sends, engines }),
  scale: ({ rounds = 5, sends = 40_000, sizes = [10_000, 1_000_000, 10_000_000], engines }) => {
    // There the clock that makes messages due is the server's, which no benchmark can move.
    if (!engines.includes("sqlite")) throw new Error("scale is measured on SQLite alone");
    return benchScale({ rounds, sends, sizes });
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string" },
    sends: { type: "string" },
    latency: { type: "string" },
    accounts: { type: "string" },
    sizes: { type: "string" },
    engine: { type: "string", default: "both" },
  },
});
const bench = BENCHMARKS[positionals[0] ?? ""];
const engines = ENGINES[values.engine];
const counts = {
  rounds: readCount(values.rounds),
  sends: readCount(values.sends),
  latencyMs: readCount(values.latency),
  accounts: readCount(values.accounts),
};
const sizes = values.sizes?.split(",").map((size) => readCount(size) ?? Number.NaN);
const numbers = [...Object.values(counts), ...(sizes ?? [])];
if (bench === undefined || engines === undefined || numbers.some(Number.isNaN)) {
  const names = Object.keys(BENCHMARKS).join(" | ");
  process.stderr.write(
    `usage: npm run bench -- ${names} [--rounds N] [--sends N] [--latency MS] [--accounts N] [--sizes N,N,…] [--engine sqlite|postgres|both] [--json]\n`,
  );
  process.exitCode = 2;
} else {
  const result = await bench({ ...counts, sizes, engines });
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** A positive whole number, or NaN for anything else; nothing when it is not given. */
function readCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) && count > 0 ? count : Number.NaN;
}
