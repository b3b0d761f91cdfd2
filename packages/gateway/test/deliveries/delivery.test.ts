import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DELIVERY_TRANSITIONS,
  type DeliveryState,
  DOUBTS,
  isTerminal,
  moveDelivery,
  strongerDoubt,
} from "../../src/deliveries/delivery.ts";
import { buildDelivery } from "../build-facts.ts";

const STATES = Object.keys(DELIVERY_TRANSITIONS) as readonly DeliveryState[];

/** The diagram of design, one line for each state. */
const LEGAL: Readonly<Record<DeliveryState, string>> = {
  scheduled: "abandoned cancelled expired queued",
  waiting: "abandoned cancelled expired queued scheduled",
  queued: "abandoned cancelled delivered expired sending uncertain",
  sending: "abandoned delivered queued rejected uncertain waiting",
  delivered: "",
  uncertain: "delivered",
  rejected: "",
  abandoned: "",
  cancelled: "",
  expired: "",
};

for (const state of STATES) {
  test(`from ${state} a delivery comes to ${LEGAL[state] || "nothing else"}, and nowhere else`, () => {
    const delivery = buildDelivery({ state });
    const reached = STATES.filter((next) => {
      try {
        return moveDelivery(delivery, { state: next }).state === next;
      } catch (error) {
        assert.ok(error instanceof assert.AssertionError);
        return false;
      }
    });

    assert.equal(reached.toSorted().join(" "), LEGAL[state]);
  });
}

test("six states are terminal", () => {
  const terminal = STATES.filter(isTerminal);

  assert.deepEqual(terminal.toSorted(), [
    "abandoned",
    "cancelled",
    "delivered",
    "expired",
    "rejected",
    "uncertain",
  ]);
});

test("whoever leaves a state leaves its lease, unless the next one is made under it", () => {
  const sending = buildDelivery({ state: "sending", leaseId: "l", leaseExpiresAt: 9 });

  const queued = moveDelivery(sending, { state: "queued" });
  const started = moveDelivery(queued, { state: "sending", leaseId: "m", leaseExpiresAt: 10 });

  assert.equal(queued.leaseId, undefined);
  assert.equal(queued.leaseExpiresAt, undefined);
  assert.equal(started.leaseId, "m");
});

for (const [one, weaker] of DOUBTS.entries()) {
  for (const [other, doubt] of DOUBTS.entries()) {
    const wanted = DOUBTS[Math.max(one, other)];
    test(`of ${weaker} and ${doubt} the doubt that stays is ${wanted}`, () => {
      assert.equal(strongerDoubt(weaker, doubt), wanted);
    });
  }
}
