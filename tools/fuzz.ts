import { parseArgs } from "node:util";
import { fuzzPlatform } from "./fuzz/fuzz-platform.ts";
import {
  findFuzzStage,
  FUZZ_STAGE_NAMES,
  FUZZ_STAGES,
  type FuzzStageName,
} from "./fuzz/fuzz-stages.ts";

// `npm run fuzz -- --requests 100000 --seed 1`: bad requests by the thousand, and what the platform makes of them. The first
// stage gets them all, each other one a fifth; `--stage file` runs one alone, with all of them.

/** How many times fewer requests the stages behind the first get. */
const LATER_STAGES_SHARE = 5;

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    stage: { type: "string" },
  },
});
const [requestCount, seed] = [Number(values.requests), Number(values.seed)];
if (!Number.isSafeInteger(requestCount) || requestCount < 1 || !Number.isSafeInteger(seed)) {
  throw new TypeError("--requests and --seed are whole numbers");
}
const only = findFuzzStage(values.stage);
if (values.stage !== undefined && only === undefined) {
  throw new TypeError(`--stage is one of ${FUZZ_STAGE_NAMES.join(", ")}`);
}

let problemCount = 0;
for (const [index, stage] of (only === undefined ? FUZZ_STAGE_NAMES : [only]).entries()) {
  const share = index === 0 ? 1 : LATER_STAGES_SHARE;
  problemCount += await run(stage, Math.ceil(requestCount / share));
}
process.exitCode = problemCount === 0 ? 0 : 1;

/** Runs one stage, tells what came of it, and answers how many problems there were. */
async function run(stage: FuzzStageName, count: number): Promise<number> {
  console.log(`${stage}: ${FUZZ_STAGES[stage].description}; ${count} requests, --seed ${seed}`);
  const startedAt = performance.now();
  const { outcomes, heldBytes, problems } = await fuzzPlatform({
    stage,
    requestCount: count,
    seed,
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const byName = [...outcomes].toSorted(([one], [other]) => one.localeCompare(other));
  for (const [outcome, times] of byName) console.log(`${outcome}\t${times}`);
  const toMegabytes = (bytes = 0): string => (bytes / 1e6).toFixed(1);
  console.log(
    `held\t${toMegabytes(heldBytes[0])} MB at first, ${toMegabytes(heldBytes.at(-1))} MB at last`,
  );
  for (const problem of problems) console.log(problem);
  console.log(`${problems.length} problems in ${seconds} s\n`);
  return problems.length;
}
