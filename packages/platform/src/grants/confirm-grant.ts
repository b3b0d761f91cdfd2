import type { EpochMs } from "@yici/runtime";
import type { Grant } from "./grant.ts";

/** What changes of a ledger line; its key stays. */
export type GrantState = Pick<
  Grant,
  "state" | "generation" | "grantedAt" | "spentAt" | "messageId"
>;

/** What a confirmation makes of a line: opens it, or a new generation of it; an open one stays as it is, for nothing accumulates. */
export function confirmGrant(grant: GrantState | undefined, now: EpochMs): GrantState {
  if (grant?.state === "granted") return grant;
  return {
    state: "granted",
    generation: (grant?.generation ?? 0) + 1,
    grantedAt: now,
    spentAt: undefined,
    messageId: undefined,
  };
}
