import assert from "node:assert/strict";
import { test } from "node:test";
import { checkQueue } from "../../src/checkup/check-queue.ts";
import type { CheckResult } from "../../src/checkup/check-result.ts";

const NOW = 10_000_000;

function check(nextDueAt: number | undefined): Promise<Pick<CheckResult, "status" | "text">> {
  return checkQueue({
    world: { now: () => NOW },
    store: { findNextDueAt: async () => nextDueAt },
  });
}

test("nothing is late while nothing is due, or has been for less than a minute", async () => {
  const results = [await check(undefined), await check(NOW + 1), await check(NOW - 59_999)];

  assert.deepEqual(
    results.map(({ status }) => status),
    ["ok", "ok", "ok"],
  );
});

test("what has been due for a minute is late, and it is said for how long", async () => {
  const { status, text } = await check(NOW - 150_000);

  assert.equal(status, "warning");
  assert.match(text.en, /waited for 2 minutes/);
});
