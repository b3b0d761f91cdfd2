import assert from "node:assert/strict";
import { test } from "node:test";
import { ERRCODES, RESERVED_LIFE_MS, RESERVED_SKEW_MS } from "@yici/protocol";
import { backOff, endOfPause, RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";

const DAY_MS = 86_400_000;

test("a retry waits anything from nothing up to base, twice, four times the base, and never more than the maximum", () => {
  const policy = { ...RETRY_POLICY, backoffBaseMs: 1_000, backoffMaxMs: 10_000 };
  const wait = (attempts: number, chance: number): number =>
    backOff(attempts, chance, 50, policy) - 50;

  assert.deepEqual(
    [1, 2, 3, 4, 5, 60].map((attempts) => wait(attempts, 0.5)),
    [500, 1_000, 2_000, 4_000, 5_000, 5_000],
  );
  assert.equal(wait(3, 0), 0);
  assert.equal(wait(3, 0.999_999), 3_999);
});

test("a platform's day ends at midnight in UTC+8", () => {
  const end = (now: number): number | undefined => endOfPause("platform_day", now);

  assert.equal(end(Date.UTC(2026, 0, 1, 0)), Date.UTC(2026, 0, 1, 16));
  assert.equal(end(Date.UTC(2026, 0, 1, 15, 59, 59, 999)), Date.UTC(2026, 0, 1, 16));
  assert.equal(end(Date.UTC(2026, 0, 1, 16)), Date.UTC(2026, 0, 2, 16));
});

test("a pause ends after its length, or when an operator says so", () => {
  assert.equal(endOfPause(60_000, 5), 60_005);
  assert.equal(endOfPause("operator", 5), undefined);
});

test("every errcode that blames the account has a pause of its own", () => {
  const blaming = ERRCODES.filter(
    ({ fault, tokenFault }) => fault === "account" || tokenFault === "account",
  );

  const nameless = blaming.filter(({ errcode }) => RETRY_POLICY.pauses[errcode] === undefined);

  assert.ok(blaming.length > 20);
  assert.deepEqual(nameless, []);
});

test("no pause is for an errcode that never blames the account", () => {
  const blaming = ERRCODES.filter(
    ({ fault, tokenFault }) => fault === "account" || tokenFault === "account",
  );
  const known = new Set(blaming.map(({ errcode }) => String(errcode)));

  const strays = Object.keys(RETRY_POLICY.pauses).filter((errcode) => !known.has(errcode));

  assert.deepEqual(strays, []);
});

test("the defaults keep what they must: keys for a day, nonces longer than what carries them, messages longer than keys", () => {
  const { idempotencyLifeMs, nonceLifeMs, messageLifeMs, leaseMs, leaseMaxMs } = RETRY_POLICY;

  assert.ok(idempotencyLifeMs >= DAY_MS);
  assert.ok(nonceLifeMs > RESERVED_LIFE_MS + RESERVED_SKEW_MS);
  assert.ok(messageLifeMs > idempotencyLifeMs);
  assert.ok(leaseMs <= leaseMaxMs);
});

test("the defaults are what the design says: ten minutes of doubt, seven days of time, two refused tokens", () => {
  assert.equal(RETRY_POLICY.doubtWindowMs, 600_000);
  assert.equal(RETRY_POLICY.deadlineMs, 7 * DAY_MS);
  assert.equal(RETRY_POLICY.tokenFaultsMax, 2);
});
