import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzPlatform } from "../../tools/fuzz/fuzz-platform.ts";
import { FUZZ_STAGES } from "../../tools/fuzz/fuzz-stages.ts";

/** The same requests in every run of the tests; `npm run fuzz` makes others, and more. */
const SEED = 1;

for (const { stage, requestCount, proves } of [
  { stage: "sandbox", requestCount: 5_000, proves: "no 5xx, no silence and no growth" },
  // Too few to tell growth from warming up.
  { stage: "file", requestCount: 1_000, proves: "no 5xx and no silence" },
  { stage: "strict", requestCount: 1_000, proves: "no 5xx and no silence" },
] as const) {
  test(`${requestCount} bad requests to a platform, ${FUZZ_STAGES[stage].description}, give ${proves}, and it works after them`, async () => {
    const { outcomes, problems } = await fuzzPlatform({ stage, requestCount, seed: SEED });

    assert.deepEqual(problems, []);
    const answers = new Set(outcomes.keys());
    for (const status of ["200", "201", "204", "302", "400", "403", "404"]) {
      assert.ok(
        answers.has(status),
        `nothing was answered with ${status}: the requests miss their aim`,
      );
    }
  });
}
