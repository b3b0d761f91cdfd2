import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelDelivery, closeDelivery } from "../../src/deliveries/close-delivery.ts";
import {
  DELIVERY_TRANSITIONS,
  type DeliveryState,
  DOUBTS,
  type Doubt,
} from "../../src/deliveries/delivery.ts";
import { buildDelivery, buildGrant } from "../build-facts.ts";

const NOW = 100;
const HELD = buildGrant({ state: "held", messageId: "m1" });

type Case = readonly [
  state: DeliveryState,
  attempts: number,
  doubt: Doubt,
  ends: DeliveryState,
  grant: string | undefined,
];

/** How a delivery ends when its deadline passes while nobody sends it. */
const CASES: readonly Case[] = [
  ["scheduled", 0, "none", "expired", "available"],
  ["queued", 0, "none", "expired", "available"],
  ["waiting", 0, "none", "expired", undefined],
  ["queued", 1, "none", "abandoned", "available"],
  ["waiting", 1, "none", "abandoned", undefined],
  ["queued", 1, "doubtful", "uncertain", "void"],
  ["queued", 1, "unanswered", "uncertain", "void"],
];

for (const [state, attemptNumber, doubt, ends, grantState] of CASES) {
  test(`at its deadline a delivery that is ${state}, tried ${attemptNumber} times, doubt ${doubt}, is ${ends}`, () => {
    const delivery = buildDelivery({ state, attemptNumber, doubt });
    const grant = state === "waiting" ? undefined : HELD;

    const closed = closeDelivery({ delivery, grant }, { deadlineAt: NOW }, NOW);

    assert.equal(closed.delivery.state, ends);
    assert.equal(closed.delivery.cause, "deadline_passed");
    assert.equal(closed.delivery.settledAt, NOW);
    assert.equal(closed.delivery.likely, ends === "uncertain" ? "unknown" : undefined);
    assert.equal(closed.grant?.state, grantState);
    assert.equal(closed.grant?.voidCause, grantState === "void" ? "in_doubt" : undefined);
  });
}

test("what the doubt window closes before the deadline says so", () => {
  const delivery = buildDelivery({ doubt: "unanswered", attemptNumber: 1 });

  const closed = closeDelivery({ delivery, grant: HELD }, { deadlineAt: NOW + 1 }, NOW);

  assert.equal(closed.delivery.cause, "doubt_window_closed");
});

for (const state of Object.keys(DELIVERY_TRANSITIONS) as readonly DeliveryState[]) {
  for (const doubt of DOUBTS) {
    const isOpen = ["scheduled", "waiting", "queued"].includes(state) && doubt === "none";
    test(`a delivery that is ${state}, doubt ${doubt}, ${isOpen ? "can" : "cannot"} be cancelled`, () => {
      const delivery = buildDelivery({ state, doubt });
      const grant = state === "waiting" ? undefined : HELD;

      const cancelled = cancelDelivery({ delivery, grant }, NOW);

      assert.equal(cancelled?.delivery.state, isOpen ? "cancelled" : undefined);
      assert.equal(
        cancelled?.grant?.state,
        isOpen && grant !== undefined ? "available" : undefined,
      );
    });
  }
}
