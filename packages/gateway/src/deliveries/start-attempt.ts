import type { EpochMs } from "@yici/protocol";
import { moveDelivery, type Attempt, type Delivery } from "./delivery.ts";

/** Whether and how a leased delivery's next attempt begins. */
export type StartDecision =
  | { readonly kind: "started"; readonly delivery: Delivery; readonly attempt: Attempt }
  /** The lease was lost, or time closed the delivery: it must not be sent. */
  | { readonly kind: "refused" };

/** Starts an attempt (rule 5): only under a lease that is still held, before the deadline and the doubt window close. */
export function startAttempt(delivery: Delivery, leaseId: string, now: EpochMs): StartDecision {
  const { generation, leaseExpiresAt } = delivery;
  const isLeaseHeld =
    delivery.leaseId === leaseId && leaseExpiresAt !== undefined && leaseExpiresAt > now;
  if (
    delivery.state !== "queued" ||
    !isLeaseHeld ||
    delivery.closesAt <= now ||
    generation === undefined
  ) {
    return { kind: "refused" };
  }
  const number = delivery.attemptNumber + 1;
  return {
    kind: "started",
    delivery: moveDelivery(delivery, {
      state: "sending",
      leaseId,
      leaseExpiresAt,
      attemptNumber: number,
      closesAt: leaseExpiresAt,
    }),
    attempt: {
      appid: delivery.appid,
      messageId: delivery.messageId,
      number,
      generation,
      leaseId,
      startedAt: now,
      finishedAt: undefined,
      outcome: undefined,
      isLate: false,
    },
  };
}
