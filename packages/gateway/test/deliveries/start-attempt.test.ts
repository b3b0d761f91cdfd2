import assert from "node:assert/strict";
import { test } from "node:test";
import { DELIVERY_TRANSITIONS, type DeliveryState } from "../../src/deliveries/delivery.ts";
import { startAttempt } from "../../src/deliveries/start-attempt.ts";
import { buildDelivery } from "../build-facts.ts";

const NOW = 100;
const LEASED = buildDelivery({
  leaseId: "mine",
  leaseExpiresAt: NOW + 50,
  dueAt: NOW + 50,
  closesAt: NOW + 500,
  attemptNumber: 2,
});

test("a leased delivery starts its next attempt under its lease, which is all that time can close now", () => {
  const decision = startAttempt(LEASED, "mine", NOW);

  assert.ok(decision.kind === "started");
  assert.deepEqual(decision.delivery, {
    ...LEASED,
    state: "sending",
    attemptNumber: 3,
    closesAt: NOW + 50,
  });
  assert.deepEqual(decision.attempt, {
    appid: LEASED.appid,
    messageId: "m1",
    number: 3,
    generation: 1,
    leaseId: "mine",
    startedAt: NOW,
    finishedAt: undefined,
    outcome: undefined,
    isLate: false,
  });
});

/** Why an attempt does not start. */
const REFUSALS: readonly (readonly [why: string, parts: Partial<typeof LEASED>])[] = [
  ["another has the lease", { leaseId: "another" }],
  ["nobody has a lease", { leaseId: undefined, leaseExpiresAt: undefined }],
  ["the lease ends at this very instant", { leaseExpiresAt: NOW }],
  ["the deadline or doubt window closes at this very instant", { closesAt: NOW }],
];

for (const [why, parts] of REFUSALS) {
  test(`an attempt does not start when ${why}`, () => {
    assert.deepEqual(startAttempt({ ...LEASED, ...parts }, "mine", NOW), { kind: "refused" });
  });
}

for (const state of Object.keys(DELIVERY_TRANSITIONS) as readonly DeliveryState[]) {
  if (state === "queued") continue;
  test(`an attempt of a delivery that is ${state} does not start`, () => {
    assert.deepEqual(startAttempt({ ...LEASED, state }, "mine", NOW), { kind: "refused" });
  });
}
