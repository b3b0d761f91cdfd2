import { parseArgs } from "node:util";
import { benchPlatform } from "./bench/bench-platform.ts";

/** Every benchmark by its name. Each prints what it measures as it goes and answers its closing line. */
const BENCHMARKS: Readonly<Record<string, (options: BenchOptions) => Promise<object>>> = {
  platform: benchPlatform,
};

/** How often and how much to measure. */
interface BenchOptions {
  readonly rounds: number;
  /** Sends of one side in one round. */
  readonly sends: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "7" },
    sends: { type: "string", default: "20000" },
  },
});
const bench = BENCHMARKS[positionals[0] ?? ""];
const options = { rounds: Number(values.rounds), sends: Number(values.sends) };
if (
  bench === undefined ||
  !Object.values(options).every((count) => Number.isInteger(count) && count > 0)
) {
  const names = Object.keys(BENCHMARKS).join(" | ");
  process.stderr.write(`usage: npm run bench -- ${names} [--rounds N] [--sends N] [--json]\n`);
  process.exitCode = 2;
} else {
  const result = await bench(options);
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
}
