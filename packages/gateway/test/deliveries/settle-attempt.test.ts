import assert from "node:assert/strict";
import { test } from "node:test";
import { DELIVERY_TRANSITIONS, type DeliveryState } from "../../src/deliveries/delivery.ts";
import type { Finding } from "../../src/deliveries/finding.ts";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import {
  settleAttempt,
  type SettleFacts,
  settleLateSuccess,
} from "../../src/deliveries/settle-attempt.ts";
import type { GrantState } from "../../src/grants/grant.ts";
import { buildDelivery, buildGrant, buildTerms, SLOT } from "../build-facts.ts";

const NOW = 1_000;
const DELIVERY = buildDelivery({
  state: "sending",
  attemptNumber: 1,
  leaseId: "l",
  leaseExpiresAt: 2_000,
  closesAt: 2_000,
});
const FACTS: SettleFacts = {
  terms: buildTerms(),
  delivery: DELIVERY,
  attempt: {
    appid: SLOT.appid,
    messageId: "m1",
    number: 1,
    generation: 1,
    leaseId: "l",
    startedAt: 900,
    finishedAt: undefined,
    outcome: undefined,
    isLate: false,
  },
  grant: buildGrant({ state: "held", messageId: "m1" }),
  whenInDoubt: "retry",
  isAlarmed: false,
  now: NOW,
  chance: 0,
  policy: RETRY_POLICY,
};

test("a delivery that goes on closes at its deadline again, and has no lease", () => {
  const { delivery } = settleAttempt(
    { kind: "refused", fault: "platform", errcode: undefined },
    FACTS,
  );

  assert.equal(delivery.state, "queued");
  assert.equal(delivery.closesAt, FACTS.terms.deadlineAt);
  assert.equal(delivery.leaseId, undefined);
});

test("an unanswered delivery that goes on closes with its doubt window, counted from the attempt's start", () => {
  const { delivery } = settleAttempt({ kind: "unanswered" }, FACTS);

  assert.equal(delivery.closesAt, 900 + RETRY_POLICY.doubtWindowMs);
});

test("a busy platform leaves an older unanswered attempt's window as it is", () => {
  const delivery = { ...DELIVERY, doubt: "unanswered", unansweredAt: 400 } as const;

  const settled = settleAttempt({ kind: "doubtful", errcode: -1 }, { ...FACTS, delivery });

  assert.equal(settled.delivery.doubt, "unanswered");
  assert.equal(settled.delivery.closesAt, 400 + RETRY_POLICY.doubtWindowMs);
});

/** Whether an outcome uses up one of the delivery's attempts. */
const COUNTED: readonly (readonly [what: string, finding: Finding, isCounted: boolean])[] = [
  ["0", { kind: "ok" }, true],
  ["an unanswered send", { kind: "unanswered" }, true],
  ["a busy platform", { kind: "doubtful", errcode: -1 }, true],
  ["an unsent request", { kind: "refused", fault: "platform", errcode: undefined }, true],
  ["a refused grant", { kind: "refused", fault: "grant", errcode: 43101 }, true],
  ["a refused token", { kind: "refused", fault: "token", errcode: 40001 }, false],
  ["an account's fault", { kind: "refused", fault: "account", errcode: 48001 }, false],
];

for (const [what, finding, isCounted] of COUNTED) {
  test(`${what} ${isCounted ? "uses up" : "does not use up"} an attempt`, () => {
    const { delivery } = settleAttempt(finding, FACTS);

    assert.equal(delivery.countedAttempts, isCounted ? 1 : 0);
  });
}

test("a refused grant during the alarm uses up nothing", () => {
  const finding: Finding = { kind: "refused", fault: "grant", errcode: 43101 };

  const { delivery, grant } = settleAttempt(finding, { ...FACTS, isAlarmed: true });

  assert.equal(delivery.state, "queued");
  assert.equal(delivery.countedAttempts, 0);
  assert.equal(grant?.state, "held");
});

test("a delivery remembers who was to blame last, and forgets it when it is delivered", () => {
  const blamed = settleAttempt({ kind: "refused", fault: "token", errcode: 42001 }, FACTS).delivery;
  const again = { ...DELIVERY, ...blamed, state: "sending" } as const;
  const delivered = settleAttempt({ kind: "ok" }, { ...FACTS, delivery: again }).delivery;

  assert.equal(blamed.fault, "token");
  assert.equal(blamed.errcode, 42001);
  assert.equal(delivered.fault, undefined);
  assert.equal(delivered.errcode, 0);
});

/** What a late 0 makes of a delivery and of a grant. */
const LATE_DELIVERY: Readonly<Partial<Record<DeliveryState, DeliveryState>>> = {
  queued: "delivered",
  sending: "delivered",
  uncertain: "delivered",
};
const LATE_GRANT: Readonly<Partial<Record<GrantState, GrantState>>> = {
  held: "spent",
  void: "spent",
};

for (const state of Object.keys(DELIVERY_TRANSITIONS) as readonly DeliveryState[]) {
  test(`a late 0 leaves a delivery that is ${state} ${LATE_DELIVERY[state] ?? state}`, () => {
    const delivery = buildDelivery({
      state,
      likely: state === "uncertain" ? "unknown" : undefined,
    });

    const settled = settleLateSuccess({ delivery, grant: undefined }, 3, NOW);

    assert.equal(settled.delivery.state, LATE_DELIVERY[state] ?? state);
    if (LATE_DELIVERY[state] === undefined) assert.equal(settled.delivery, delivery);
    else assert.equal(settled.delivery.generation, 3);
  });
}

for (const state of ["available", "held", "spent", "void"] as const) {
  test(`a late 0 leaves a grant that is ${state} ${LATE_GRANT[state] ?? state}`, () => {
    const grant = buildGrant({ state });

    const settled = settleLateSuccess({ delivery: DELIVERY, grant }, 1, NOW);

    assert.equal(settled.grant?.state, LATE_GRANT[state] ?? state);
  });
}
