import assert from "node:assert/strict";
import { test } from "node:test";
import { EVIDENCE, type GrantState } from "../../src/grants/grant.ts";
import { type AcceptFacts, acceptMessage } from "../../src/messages/accept-message.ts";
import { buildGrant, buildTerms } from "../build-facts.ts";

const NOW = 100;
const FACTS: AcceptFacts = { grant: undefined, waitingCount: 0, waitingMax: 3, now: NOW };

const STATES: readonly (GrantState | undefined)[] = [
  undefined,
  "available",
  "held",
  "spent",
  "void",
];

for (const whenNoGrant of ["refuse", "wait"] as const) {
  for (const state of STATES) {
    const wanted =
      state === "available" ? "held" : { refuse: "refused", wait: "waits" }[whenNoGrant];
    test(`a message that would ${whenNoGrant} finds ${state ?? "no"} grant: ${wanted}`, () => {
      const grant = state && buildGrant({ state });

      const decision = acceptMessage(
        { ...buildTerms({ whenNoGrant }), dueAt: NOW },
        { ...FACTS, grant },
      );

      assert.equal(decision.kind, wanted);
      if (decision.kind === "waits") assert.equal(decision.delivery.state, "waiting");
      if (decision.kind === "waits") assert.equal(decision.delivery.generation, undefined);
      if (decision.kind === "held") assert.equal(decision.grant.messageId, "m1");
    });
  }
}

for (const [demanded, minEvidence] of EVIDENCE.entries()) {
  for (const [found, evidence] of EVIDENCE.entries()) {
    test(`a message that demands ${minEvidence} ${found >= demanded ? "uses" : "leaves"} a grant that is ${evidence}`, () => {
      const terms = { ...buildTerms({ minEvidence }), dueAt: NOW };

      const decision = acceptMessage(terms, { ...FACTS, grant: buildGrant({ evidence }) });

      assert.equal(decision.kind, found >= demanded ? "held" : "refused");
    });
  }
}

test("a message is scheduled when it is due later, else queued and due now; it closes at its deadline", () => {
  const accept = (dueAt: number) => {
    const decision = acceptMessage({ ...buildTerms(), dueAt }, { ...FACTS, grant: buildGrant() });
    assert.ok(decision.kind === "held");
    const { state, dueAt: nextAt, closesAt, generation } = decision.delivery;
    return { state, dueAt: nextAt, closesAt, generation };
  };
  const common = { closesAt: 1_000_000, generation: 1 };

  assert.deepEqual(accept(NOW + 1), { state: "scheduled", dueAt: NOW + 1, ...common });
  assert.deepEqual(accept(NOW), { state: "queued", dueAt: NOW, ...common });
  assert.deepEqual(accept(NOW - 50), { state: "queued", dueAt: NOW, ...common });
});

test("a message does not wait where too many wait already", () => {
  const terms = { ...buildTerms({ whenNoGrant: "wait" }), dueAt: NOW };

  assert.equal(acceptMessage(terms, { ...FACTS, waitingCount: 2 }).kind, "waits");
  assert.equal(acceptMessage(terms, { ...FACTS, waitingCount: 3 }).kind, "refused");
});
