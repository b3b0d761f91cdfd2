import type { EpochMs } from "@yici/protocol";
import { changeGrant, type Grant } from "../grants/grant.ts";
import type { MessageTerms } from "../messages/message.ts";
import { isInDoubt, moveDelivery, type Delivery } from "./delivery.ts";

/** A delivery and the grant it holds, if it holds one. */
export interface Holding {
  readonly delivery: Delivery;
  readonly grant: Grant | undefined;
}

/**
 * Closes a delivery whose time is over (its `closesAt` has come) while nothing is in flight: in doubt it ends
 * uncertain and its grant with it; else it ends abandoned or, when it was never tried, expired, and the grant is free.
 */
export function closeDelivery(
  { delivery, grant }: Holding,
  terms: Pick<MessageTerms, "deadlineAt">,
  now: EpochMs,
): Holding {
  const cause = now >= terms.deadlineAt ? "deadline_passed" : "doubt_window_closed";
  if (isInDoubt(delivery)) {
    return {
      delivery: moveDelivery(delivery, {
        state: "uncertain",
        cause,
        likely: "unknown",
        settledAt: now,
      }),
      grant: grant && changeGrant(grant, "void", now, { voidCause: "in_doubt" }),
    };
  }
  const state = delivery.attemptNumber === 0 ? "expired" : "abandoned";
  return {
    delivery: moveDelivery(delivery, { state, cause, settledAt: now }),
    grant: grant && changeGrant(grant, "release", now),
  };
}

/** Cancels a delivery that no attempt can have sent. Answers nothing when it is too late for that. */
export function cancelDelivery({ delivery, grant }: Holding, now: EpochMs): Holding | undefined {
  const isIdle =
    delivery.state === "scheduled" || delivery.state === "waiting" || delivery.state === "queued";
  if (!isIdle || isInDoubt(delivery)) return undefined;
  return {
    delivery: moveDelivery(delivery, { state: "cancelled", cause: "cancelled", settledAt: now }),
    grant: grant && changeGrant(grant, "release", now),
  };
}
