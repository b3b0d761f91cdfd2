import assert from "node:assert/strict";
import type { EpochMs } from "@yici/runtime";
import type { GrantFacts } from "./grant.ts";

/** What the message that was answered 0 makes of an open line. A line is spent once: asking for it again is a mistake of ours. */
export function spendGrant(grant: GrantFacts, messageId: number, now: EpochMs): GrantFacts {
  assert.equal(grant.state, "granted", "only an open grant can be spent");
  return { ...grant, state: "spent", spentAt: now, messageId };
}
