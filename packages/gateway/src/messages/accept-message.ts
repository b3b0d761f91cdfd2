import type { EpochMs } from "@yici/protocol";
import { moveDelivery, type Delivery } from "../deliveries/delivery.ts";
import { changeGrant, isAtLeast, type Grant } from "../grants/grant.ts";
import type { MessageTerms } from "./message.ts";

/** What accepting a message does. */
export type AcceptDecision =
  /** It holds the slot's grant; `grant` is that grant, held. */
  | { readonly kind: "held"; readonly delivery: Delivery; readonly grant: Grant }
  /** It waits in the slot's queue. */
  | { readonly kind: "waits"; readonly delivery: Delivery }
  | { readonly kind: "refused" };

/** What accepting a message looks at. */
export interface AcceptFacts {
  /** The slot's last generation. */
  readonly grant: Grant | undefined;
  /** Messages that wait for a grant of the slot already, and how many may. */
  readonly waitingCount: number;
  readonly waitingMax: number;
  readonly now: EpochMs;
}

/** Takes a message on (rule 2): it holds the slot's grant, or waits for one where the caller chose to, or is refused. */
export function acceptMessage(
  terms: MessageTerms & { readonly dueAt: EpochMs },
  { grant, waitingCount, waitingMax, now }: AcceptFacts,
): AcceptDecision {
  const waiting = buildWaiting(terms);
  if (grant !== undefined && canHold(terms, grant)) {
    return { kind: "held", ...holdGrant(waiting, grant, now) };
  }
  const mayWait = terms.whenNoGrant === "wait" && waitingCount < waitingMax;
  return mayWait ? { kind: "waits", delivery: waiting } : { kind: "refused" };
}

/** Gives a waiting message the grant that became available. */
export function holdGrant(
  delivery: Delivery,
  grant: Grant,
  now: EpochMs,
): { readonly delivery: Delivery; readonly grant: Grant } {
  return {
    delivery: moveDelivery(delivery, {
      state: delivery.dueAt > now ? "scheduled" : "queued",
      dueAt: Math.max(delivery.dueAt, now),
      generation: grant.generation,
      cause: undefined,
    }),
    grant: changeGrant(grant, "hold", now, { messageId: delivery.messageId }),
  };
}

/** Whether a message may use a grant: it is available, and as well founded as the caller demands. */
export function canHold({ minEvidence }: Pick<MessageTerms, "minEvidence">, grant: Grant): boolean {
  return grant.state === "available" && isAtLeast(grant.evidence, minEvidence);
}

function buildWaiting({
  appid,
  messageId,
  dueAt,
  deadlineAt,
}: MessageTerms & { readonly dueAt: EpochMs }): Delivery {
  return {
    appid,
    messageId,
    state: "waiting",
    dueAt,
    closesAt: deadlineAt,
    generation: undefined,
    leaseId: undefined,
    leaseExpiresAt: undefined,
    attemptNumber: 0,
    countedAttempts: 0,
    tokenFaults: 0,
    doubt: "none",
    unansweredAt: undefined,
    hasHeardConfirmation: false,
    cause: undefined,
    errcode: undefined,
    fault: undefined,
    likely: undefined,
    settledAt: undefined,
  };
}
