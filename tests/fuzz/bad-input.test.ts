import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzPlatform } from "../../tools/fuzz/fuzz-platform.ts";

/** The same requests in every run of the tests; `npm run fuzz` makes others. */
const SEED = 1;

test("5,000 bad requests to the platform give no 5xx, no silence and no growth, and it works after them", async () => {
  const { outcomes, problems } = await fuzzPlatform({ requestCount: 5_000, seed: SEED });

  assert.deepEqual(problems, []);
  const answers = new Set(outcomes.keys());
  for (const status of ["200", "201", "204", "302", "400", "403", "404"]) {
    assert.ok(
      answers.has(status),
      `nothing was answered with ${status}: the requests miss their aim`,
    );
  }
});
