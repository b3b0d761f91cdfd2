import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld } from "@yici/runtime";
import { TokenBuckets } from "../../../src/http/visits/token-buckets.ts";
import { createVisitLimiter, VISIT_LIMITS } from "../../../src/http/visits/visit-limits.ts";

test("a bucket gives its burst, then as much as comes back", async () => {
  const world = createManualWorld();
  const buckets = new TokenBuckets({ burst: 2, perMinute: 60 }, 10, () => world.monotonic());
  const takeThree = (): readonly boolean[] => [1, 2, 3].map(() => buckets.take("a"));

  const atOnce = takeThree();
  await world.advance(1_000);
  const aSecondLater = takeThree();
  await world.advance(3_600_000);
  const anHourLater = takeThree();

  assert.deepEqual(atOnce, [true, true, false]);
  assert.deepEqual(aSecondLater, [true, false, false]);
  assert.deepEqual(anHourLater, [true, true, false]);
});

test("keys do not share a bucket", () => {
  const buckets = new TokenBuckets({ burst: 1, perMinute: 1 }, 10, () => 0);

  assert.deepEqual([buckets.take("a"), buckets.take("b"), buckets.take("a")], [true, true, false]);
});

test("a key that was quiet for long is forgotten when there are too many, and a busy one is not", () => {
  const buckets = new TokenBuckets({ burst: 1, perMinute: 1 }, 4, () => 0);
  for (const key of ["quiet", "busy", "a", "busy", "b", "c", "busy", "d"]) buckets.take(key);

  assert.deepEqual([buckets.take("busy"), buckets.take("quiet")], [false, true]);
});

test("the keys that came last are remembered, half as many as there may be", () => {
  const buckets = new TokenBuckets({ burst: 1, perMinute: 1 }, 10, () => 0);
  const keys = Array.from({ length: 57 }, (_, index) => `key ${index}`);
  for (const key of keys) buckets.take(key);

  const again = keys.slice(-5).map((key) => buckets.take(key));

  assert.deepEqual(again, [false, false, false, false, false]);
});

test("one home's IPv6 addresses count as one, two homes' as two", () => {
  const limits = { ...VISIT_LIMITS, address: { burst: 1, perMinute: 1 } };
  const { admitsAddress } = createVisitLimiter(limits, createManualWorld());

  const admitted = [
    "2001:db8:1:2::1",
    "2001:db8:1:2:aaaa:bbbb:cccc:dddd",
    "2001:db8:1:3::1",
    "2001:db8::1",
    "2001:db8:0:0:1::",
    "::1",
    "192.0.2.1",
    "192.0.2.2",
  ].map(admitsAddress);

  assert.deepEqual(admitted, [true, false, true, true, false, true, true, true]);
});
