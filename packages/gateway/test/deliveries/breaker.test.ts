import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Breaker,
  breakerAfter,
  CLOSED_BREAKER,
  isPassable,
  withPassed,
} from "../../src/deliveries/breaker.ts";
import type { AttemptOutcome } from "../../src/deliveries/delivery.ts";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";

const { troublesMax, openMs, openMaxMs, tryMs } = RETRY_POLICY.breaker;
const NOW = 1_000_000;
/** The instant of the last trouble of a full row. */
const OPENED_AT = NOW + troublesMax - 1;
const HANGS: AttemptOutcome = { kind: "unanswered", reason: "deadline" };

/** What one outcome makes of the count of troubles when there were three. */
const SIGNS: readonly (readonly [what: string, outcome: AttemptOutcome, troubles: number])[] = [
  ["a delivered message", answer(0), 0],
  ["a refused grant", answer(43101), 0],
  ["a refused token", answer(40001), 0],
  ["an exhausted quota", answer(45009), 0],
  ["a busy platform", answer(-1), 4],
  ["an unknown errcode", answer(999_999), 4],
  ["no connection", { kind: "unsent", reason: "no_connection: ECONNREFUSED" }, 4],
  ["no answer in time", HANGS, 4],
  ["HTTP 502", { kind: "unanswered", reason: "http_status: 502" }, 4],
  ["our own stop", { kind: "unanswered", reason: "stopped" }, 3],
  ["a send for which no token could be had", { kind: "unsent", reason: "no_token" }, 3],
  ["the lease of a process that died", { kind: "unanswered", reason: "lease_expired" }, 3],
];

for (const [what, outcome, troubles] of SIGNS) {
  test(`after ${what} a breaker with three troubles has ${troubles}`, () => {
    const breaker = after({ ...CLOSED_BREAKER, troubles: 3 }, outcome);

    assert.deepEqual(breaker, { troubles, opening: undefined });
  });
}

test("a breaker opens with the last trouble of a full row, and not before", () => {
  const almost = afterTroubles(troublesMax - 1);
  const full = afterTroubles(troublesMax);

  assert.equal(almost.opening, undefined);
  assert.deepEqual(full.opening, { openedAt: OPENED_AT, until: OPENED_AT + openMs });
  assert.equal(isPassable(full, OPENED_AT + openMs - 1), false);
  assert.equal(isPassable(full, OPENED_AT + openMs), true);
});

test("each try that fails opens it for twice as long, up to a maximum", () => {
  const lengths = [0, 1, 2, 20].map((more) => {
    const { opening } = afterTroubles(troublesMax + more);
    return opening === undefined ? undefined : opening.until - opening.openedAt;
  });

  assert.deepEqual(lengths, [openMs, 2 * openMs, 4 * openMs, openMaxMs]);
});

test("while one send tries the platform the next one waits, but not longer than a try may take", () => {
  const open = afterTroubles(troublesMax);
  const triedAt = OPENED_AT + openMs;

  const tried = withPassed(open, triedAt, RETRY_POLICY);

  assert.equal(isPassable(tried, triedAt), false);
  assert.equal(isPassable(tried, triedAt + tryMs), true);
});

test("trouble that was under way when it opened does not keep it open longer", () => {
  const open = afterTroubles(troublesMax);

  const attempt = { startedAt: OPENED_AT, outcome: HANGS };
  const later = breakerAfter(open, attempt, OPENED_AT + 9, RETRY_POLICY);

  assert.deepEqual(later, open);
});

test("the first sign of life closes it", () => {
  const open = afterTroubles(troublesMax + 3);

  assert.deepEqual(after(open, answer(43101)), CLOSED_BREAKER);
});

test("a closed breaker stays as it is when sends pass and succeed", () => {
  assert.equal(withPassed(CLOSED_BREAKER, NOW, RETRY_POLICY), CLOSED_BREAKER);
  assert.equal(after(CLOSED_BREAKER, answer(0)), CLOSED_BREAKER);
});

/** One each millisecond, from NOW on. */
function afterTroubles(count: number): Breaker {
  const troubles = Array.from({ length: count }, (_, index) => NOW + index);
  return troubles.reduce((breaker, at) => after(breaker, HANGS, at), CLOSED_BREAKER);
}

function after(breaker: Breaker, outcome: AttemptOutcome, at = NOW): Breaker {
  return breakerAfter(breaker, { startedAt: at, outcome }, at, RETRY_POLICY);
}

function answer(errcode: number): AttemptOutcome {
  return { kind: "answered", errcode, errmsg: "", rid: undefined };
}
