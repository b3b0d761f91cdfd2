import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changeGrant,
  type ConfirmationFacts,
  EVIDENCE,
  type Evidence,
  GRANT_TRANSITIONS,
  type GrantEvent,
  type GrantState,
  isAsWellFounded,
  isAtLeast,
  isLive,
} from "../../src/grants/grant.ts";
import { buildGrant } from "../build-facts.ts";

const STATES: readonly GrantState[] = ["available", "held", "spent", "void"];
const EVENTS: readonly GrantEvent[] = ["hold", "release", "spend", "void", "reinstate"];

/** The diagram of design: what may follow what. Everything else is a mistake. */
const LEGAL: readonly string[] = [
  "available hold held",
  "available void void",
  "held release available",
  "held spend spent",
  "held void void",
  "void spend spent",
  "void reinstate available",
];

test("the transitions are those of the diagram and no others", () => {
  const transitions = STATES.flatMap((state) =>
    EVENTS.flatMap((event) => {
      const next = GRANT_TRANSITIONS[state][event];
      return next === undefined ? [] : [`${state} ${event} ${next}`];
    }),
  );

  assert.deepEqual(transitions.toSorted(), [...LEGAL].toSorted());
});

for (const state of STATES) {
  for (const event of EVENTS) {
    const legal = LEGAL.find((line) => line.startsWith(`${state} ${event} `));
    test(`a grant that is ${state} ${legal === undefined ? "refuses to" : "can"} ${event}`, () => {
      const grant = buildGrant({ state });

      const change = () => changeGrant(grant, event, 5).state;

      if (legal === undefined) assert.throws(change, assert.AssertionError);
      else assert.equal(change(), legal.split(" ").at(-1));
    });
  }
}

test("a grant that is taken back says no longer why it was void, and when it changed", () => {
  const grant = buildGrant({ state: "void", voidCause: "platform_refused", messageId: "m1" });

  const reinstated = changeGrant(grant, "reinstate", 7);

  assert.equal(reinstated.voidCause, undefined);
  assert.equal(reinstated.messageId, "m1");
  assert.equal(reinstated.changedAt, 7);
});

test("a grant is live while it is available or held", () => {
  const live = STATES.filter((state) => isLive(buildGrant({ state })));

  assert.deepEqual(live, ["available", "held"]);
});

test("evidence is ordered: identified, bound, unbound, imported", () => {
  const order = [...EVIDENCE].toSorted((one, other) => (isAtLeast(one, other) ? -1 : 1));

  assert.deepEqual(order, ["identified", "bound", "unbound", "imported"]);
  assert.ok(EVIDENCE.every((evidence) => isAtLeast(evidence, evidence)));
});

/** Whether the row's evidence may touch the column's live grant, from the same and from another browser (rule 4). */
const FOUNDED: Readonly<Record<Evidence, Readonly<Record<Evidence, readonly [boolean, boolean]>>>> =
  {
    imported: {
      imported: [true, true],
      unbound: [false, false],
      bound: [false, false],
      identified: [false, false],
    },
    unbound: {
      imported: [true, true],
      unbound: [true, false],
      bound: [false, false],
      identified: [false, false],
    },
    bound: {
      imported: [true, true],
      unbound: [true, true],
      bound: [true, false],
      identified: [false, false],
    },
    identified: {
      imported: [true, true],
      unbound: [true, true],
      bound: [true, true],
      identified: [true, true],
    },
  };

for (const next of EVIDENCE) {
  for (const current of EVIDENCE) {
    const [same, another] = FOUNDED[next][current];
    test(`${next} touches a grant that is ${current}: ${same} from its browser, ${another} from another`, () => {
      const standing = { evidence: current, browserHash: "hers" };

      assert.equal(isAsWellFounded({ evidence: next, browserHash: "hers" }, standing), same);
      assert.equal(isAsWellFounded({ evidence: next, browserHash: "his" }, standing), another);
    });
  }
}

test("two browsers without a cookie are not the same browser", () => {
  const facts: Pick<ConfirmationFacts, "evidence" | "browserHash"> = {
    evidence: "unbound",
    browserHash: undefined,
  };

  assert.equal(isAsWellFounded(facts, facts), false);
});
