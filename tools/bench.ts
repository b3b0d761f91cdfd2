import { parseArgs } from "node:util";
import { benchCallback } from "./bench/bench-callback.ts";
import { benchPlatform } from "./bench/bench-platform.ts";
import { benchSend } from "./bench/bench-send.ts";

/** How often and how much to measure; what is not given is the benchmark's own. */
interface BenchOptions {
  readonly rounds: number | undefined;
  /** Sends, or callbacks, of one side in one round. */
  readonly sends: number | undefined;
  readonly latencyMs: number | undefined;
}

const SENDERS = {
  reference: "bare-send-side.ts",
  sqlite: "gateway-send-side.ts",
} as const;
const PEERS = { "co-wechat-api": "co-wechat-side.ts", "node-easywechat": "easywechat-side.ts" };

/** Every benchmark by its name. Each prints what it measures as it goes and answers its closing line. */
const BENCHMARKS: Readonly<Record<string, (options: BenchOptions) => Promise<object>>> = {
  platform: ({ rounds = 7, sends = 20_000 }) => benchPlatform({ rounds, sends }),
  send: ({ rounds = 5, sends = 40_000, latencyMs = 0 }) =>
    latencyMs === 0
      ? benchSend({
          name: "send",
          rounds,
          sends,
          latencyMs,
          connections: 64,
          senders: { ...SENDERS, ...PEERS },
        })
      : benchSend({ name: "send", rounds, sends, latencyMs, connections: 200, senders: SENDERS }),
  callback: ({ rounds = 5, sends = 20_000 }) => benchCallback({ rounds, callbacks: sends }),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string" },
    sends: { type: "string" },
    latency: { type: "string" },
  },
});
const bench = BENCHMARKS[positionals[0] ?? ""];
const options = {
  rounds: readCount(values.rounds),
  sends: readCount(values.sends),
  latencyMs: readCount(values.latency),
};
if (bench === undefined || Object.values(options).some(Number.isNaN)) {
  const names = Object.keys(BENCHMARKS).join(" | ");
  process.stderr.write(
    `usage: npm run bench -- ${names} [--rounds N] [--sends N] [--latency MS] [--json]\n`,
  );
  process.exitCode = 2;
} else {
  const result = await bench(options);
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** A positive whole number, or NaN for anything else; nothing when it is not given. */
function readCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) && count > 0 ? count : Number.NaN;
}
