import { parseArgs } from "node:util";
import { fuzzPlatform } from "./fuzz/fuzz-platform.ts";

// `npm run fuzz -- --requests 100000 --seed 1`: bad requests by the thousand, and what the platform makes of them.

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [requestCount, seed] = [Number(values.requests), Number(values.seed)];
if (!Number.isSafeInteger(requestCount) || requestCount < 1 || !Number.isSafeInteger(seed)) {
  throw new TypeError("--requests and --seed are whole numbers");
}

console.log(`${requestCount} requests, --seed ${seed}`);
const startedAt = performance.now();
const { outcomes, heldBytes, problems } = await fuzzPlatform({ requestCount, seed });
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
const byName = [...outcomes].toSorted(([one], [other]) => one.localeCompare(other));
for (const [outcome, count] of byName) console.log(`${outcome}\t${count}`);
const toMegabytes = (bytes = 0): string => (bytes / 1e6).toFixed(1);
console.log(
  `held\t${toMegabytes(heldBytes[0])} MB at first, ${toMegabytes(heldBytes.at(-1))} MB at last`,
);
for (const problem of problems) console.log(problem);
console.log(`${problems.length} problems in ${seconds} s`);
process.exitCode = problems.length === 0 ? 0 : 1;
