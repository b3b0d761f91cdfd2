import type { EpochMs } from "@yici/protocol";
import type { Attempt, Delivery } from "../../deliveries/delivery.ts";
import { startAttempt } from "../../deliveries/start-attempt.ts";
import type { Grant } from "../../grants/grant.ts";
import type { Outgoing } from "../rows.ts";

/** A delivery as its row has it: as if no worker had claimed it. */
export interface StoredDelivery extends Outgoing {
  /** How often the row was written without a claim. A claim on an earlier turn is void. */
  readonly turn: number;
  /** Those that are not in flight, the first one first. */
  readonly attempts: readonly Attempt[];
  /** Where its row stands, if that is known: whoever goes there looks at the key. */
  readonly place?: string | undefined;
}

/** A worker's claim on one turn of a delivery. */
export interface Claim {
  readonly messageId: string;
  readonly turn: number;
  readonly leaseId: string;
  readonly leaseExpiresAt: EpochMs;
  /** When its attempt began; `undefined`: it was leased and not begun. */
  readonly startedAt: EpochMs | undefined;
}

/** A delivery as it stands: its row, and what the claim in force makes of that. */
export interface StandingDelivery extends Outgoing {
  readonly stored: StoredDelivery;
  /** Somebody claimed this turn of it, perhaps under a lease that has ended since; who did may remember it. */
  readonly isClaimed: boolean;
  /** The attempt in flight. */
  readonly attempt: Attempt | undefined;
}

/** A grant, and when a send last used its slot, or may have, if it is the slot's last one. */
export interface GrantRow {
  readonly grant: Grant;
  readonly usedAt: EpochMs | undefined;
  /** Where its row stands, if that is known. */
  readonly place?: string | undefined;
}

/** Puts the claim in force on a stored delivery: the rules that leased and began it say once more what they made of it. */
export function claimDelivery(
  stored: StoredDelivery,
  claims: readonly Claim[],
  now: EpochMs,
): StandingDelivery {
  const { terms, delivery, turn } = stored;
  const ours = claims.filter((claim) => claim.turn === turn);
  const standing = { terms, stored, isClaimed: ours.length > 0 };
  const claim = findInForce(ours, now);
  if (claim === undefined) return { ...standing, delivery, attempt: undefined };
  const { leaseId, leaseExpiresAt, startedAt } = claim;
  const leased: Delivery = {
    ...delivery,
    state: "queued",
    leaseId,
    leaseExpiresAt,
    dueAt: leaseExpiresAt,
  };
  if (startedAt === undefined) return { ...standing, delivery: leased, attempt: undefined };
  const decision = startAttempt(leased, leaseId, startedAt);
  if (decision.kind === "refused") throw new Error("what was begun could be begun");
  return { ...standing, delivery: decision.delivery, attempt: decision.attempt };
}

/** What was begun stays so until it is settled; what was leased, until the lease ends. */
function findInForce(claims: readonly Claim[], now: EpochMs): Claim | undefined {
  const begun = claims.find(({ startedAt }) => startedAt !== undefined);
  return begun ?? claims.find(({ leaseExpiresAt }) => leaseExpiresAt > now);
}

/** What stands in the row of a delivery while it is claimed: what the claim says is not in it. */
export function rowOfClaimed(delivery: Delivery, { delivery: row }: StoredDelivery): Delivery {
  return {
    ...delivery,
    state: "queued",
    dueAt: row.dueAt,
    closesAt: row.closesAt,
    attemptNumber: row.attemptNumber,
    leaseId: undefined,
    leaseExpiresAt: undefined,
  };
}
