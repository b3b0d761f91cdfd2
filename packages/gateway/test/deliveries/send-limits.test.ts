import assert from "node:assert/strict";
import { test } from "node:test";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import {
  countAllowed,
  findAllowedAt,
  NO_LIMITS,
  NO_LOAD,
  type SendLimits,
  type SendLoad,
  withoutSend,
  withSend,
} from "../../src/deliveries/send-limits.ts";

const NOW = 1_000_000;
const { rateBurstMs, crowdedMs } = RETRY_POLICY;

test("without limits everything is allowed, and still counted", () => {
  const load = withSend(NO_LIMITS, NO_LOAD, NOW);

  assert.equal(countAllowed(NO_LIMITS, load, NOW, RETRY_POLICY), Infinity);
  assert.deepEqual(load, { inFlight: 1, bucketFullAt: 0 });
  assert.deepEqual(withoutSend(load), NO_LOAD);
});

test("a full bucket allows a burst at once and then as many as the rate", () => {
  const limits = { perSecond: 100, inFlight: undefined };

  const sent = sendFor(limits, 10_000);

  const burst = (100 * rateBurstMs) / 1_000;
  assert.equal(sent[0], burst);
  assert.equal(sum(sent), burst + 100 * 10);
});

/** Rates whose send takes no whole number of milliseconds, slow ones and fast ones. */
for (const perSecond of [1, 3, 7, 300, 6_000]) {
  test(`${perSecond} a second are ${perSecond} a second, however long it goes on`, () => {
    const sent = sendFor({ perSecond, inFlight: undefined }, 60_000);

    const surplus = Math.max((perSecond * rateBurstMs) / 1_000, 1);
    assert.ok(sum(sent) >= perSecond * 60);
    assert.ok(sum(sent) <= perSecond * 60 + surplus + 1);
  });
}

test("a send over the rate may try again exactly when the bucket holds one", () => {
  const limits = { perSecond: 4, inFlight: undefined };
  const load = withSend(limits, NO_LOAD, NOW);

  const at = findAllowedAt(limits, load, NOW + 10, RETRY_POLICY);

  assert.equal(countAllowed(limits, load, NOW + 10, RETRY_POLICY), 0);
  assert.equal(at, NOW + 250);
  assert.equal(countAllowed(limits, load, at, RETRY_POLICY), 1);
});

test("a send over the limit in flight tries again a little later", () => {
  const limits = { perSecond: undefined, inFlight: 2 };

  assert.equal(countAllowed(limits, { inFlight: 2, bucketFullAt: 0 }, NOW, RETRY_POLICY), 0);
  assert.equal(countAllowed(limits, { inFlight: 3, bucketFullAt: 0 }, NOW, RETRY_POLICY), 0);
  assert.equal(
    findAllowedAt(limits, { inFlight: 2, bucketFullAt: 0 }, NOW, RETRY_POLICY),
    NOW + crowdedMs,
  );
});

test("of two limits the tighter one counts", () => {
  const limits = { perSecond: 1_000, inFlight: 5 };

  assert.equal(countAllowed(limits, { inFlight: 2, bucketFullAt: 0 }, NOW, RETRY_POLICY), 3);
});

test("a limit that is taken away leaves nothing behind", () => {
  const limits = { perSecond: 1, inFlight: undefined };
  const load = withSend(limits, withSend(limits, NO_LOAD, NOW), NOW);

  assert.equal(countAllowed(NO_LIMITS, load, NOW, RETRY_POLICY), Infinity);
});

/** How many are sent in each millisecond by somebody who sends whatever is allowed. */
function sendFor(limits: SendLimits, ms: number): readonly number[] {
  let load: SendLoad = NO_LOAD;
  return Array.from({ length: ms + 1 }, (_, elapsedMs) => {
    const now = NOW + elapsedMs;
    const count = countAllowed(limits, load, now, RETRY_POLICY);
    for (let sent = 0; sent < count; sent += 1) load = withoutSend(withSend(limits, load, now));
    return count;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
