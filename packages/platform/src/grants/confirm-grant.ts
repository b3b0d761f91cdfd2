import type { EpochMs } from "@yici/runtime";
import type { GrantFacts } from "./grant.ts";

/**
 * What a confirmation makes of a line: opens it, or a new generation of it. An open one stays as it is, for nothing
 * accumulates; only its life, where it has an end, begins anew.
 */
export function confirmGrant(
  grant: GrantFacts | undefined,
  now: EpochMs,
  lifeMs: number | undefined,
): GrantFacts {
  const expiresAt = lifeMs === undefined ? undefined : now + lifeMs;
  if (grant?.state === "granted") return { ...grant, expiresAt };
  return {
    state: "granted",
    generation: (grant?.generation ?? 0) + 1,
    grantedAt: now,
    expiresAt,
    spentAt: undefined,
    revokedAt: undefined,
    messageId: undefined,
  };
}
