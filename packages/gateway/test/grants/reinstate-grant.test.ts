import assert from "node:assert/strict";
import { test } from "node:test";
import type { Grant, VoidCause } from "../../src/grants/grant.ts";
import { reinstateGrant } from "../../src/grants/reinstate-grant.ts";
import { buildGrant } from "../build-facts.ts";

const CAUSES: readonly VoidCause[] = ["platform_refused", "recipient_gone", "expired", "declined"];

for (const voidCause of CAUSES) {
  test(`a grant that is void because of ${voidCause} can be taken back`, () => {
    const outcome = reinstateGrant(buildGrant({ state: "void", voidCause }), 1, 9);

    assert.ok(outcome.kind === "reinstated");
    assert.equal(outcome.grant.state, "available");
  });
}

test("a grant that a send may have used is not taken back, nor one of an earlier generation, nor one that is not void", () => {
  const reason = (grant: Grant | undefined, lastGeneration: number): string => {
    const outcome = reinstateGrant(grant, lastGeneration, 9);
    return outcome.kind === "refused" ? outcome.reason : outcome.kind;
  };
  const refused = buildGrant({ state: "void", voidCause: "platform_refused" });

  assert.equal(reason(buildGrant({ state: "void", voidCause: "in_doubt" }), 1), "in_doubt");
  assert.equal(reason(refused, 2), "not_last_generation");
  assert.equal(reason(buildGrant({ state: "available" }), 1), "not_void");
  assert.equal(reason(buildGrant({ state: "held" }), 1), "not_void");
  assert.equal(reason(buildGrant({ state: "spent" }), 1), "not_void");
  assert.equal(reason(undefined, 1), "unknown_grant");
});
