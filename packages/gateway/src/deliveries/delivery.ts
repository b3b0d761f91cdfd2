import { strict as assert } from "node:assert";
import type { AppId, EpochMs, Fault } from "@yici/protocol";

/**
 * A delivery is the journey of one message.
 *
 *     scheduled → queued → sending → delivered        errcode 0, and nothing else
 *     waiting ──────↑        │  ├──→ uncertain         in doubt; likely: delivered or unknown
 *     (for a grant) └─ retry,┘  ├──→ rejected          will never succeed
 *        ↑     snooze, rescue   ├──→ abandoned         out of attempts or time, every attempt provably not processed
 *        └──────────────────────┘ 43101, no doubt, the caller chose to wait
 *     waiting → scheduled                              granted before due; a scheduled message holds its grant
 *     queued → uncertain                               window or deadline closed, or a confirmation was heard
 *     queued, sending, uncertain → delivered           a late errcode 0; the only way out of a terminal state
 *     scheduled, waiting, queued → cancelled           never with an attempt in doubt
 *     scheduled, waiting, queued → expired, abandoned  the deadline: no attempt was ever made; or some were
 *
 * A leased delivery that was not started is still `queued`: leasing is no attempt. `sending` is exactly "one attempt
 * of it is in flight".
 */
export type DeliveryState =
  | "scheduled"
  | "waiting"
  | "queued"
  | "sending"
  | "delivered"
  | "uncertain"
  | "rejected"
  | "abandoned"
  | "cancelled"
  | "expired";

/** Every legal change of a delivery's state; what is not here cannot happen. */
export const DELIVERY_TRANSITIONS: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  scheduled: ["queued", "cancelled", "expired", "abandoned"],
  waiting: ["scheduled", "queued", "cancelled", "expired", "abandoned"],
  queued: ["sending", "delivered", "uncertain", "cancelled", "expired", "abandoned"],
  sending: ["queued", "waiting", "delivered", "uncertain", "rejected", "abandoned"],
  uncertain: ["delivered"],
  delivered: [],
  rejected: [],
  abandoned: [],
  cancelled: [],
  expired: [],
};

/**
 * What earlier attempts leave open, weakest first. `doubtful`: answered "busy" or with an unknown code, most likely not
 * processed. `unanswered`: sent, and nothing that proves anything came back. Never goes back to a weaker value.
 */
export const DOUBTS = ["none", "doubtful", "unanswered"] as const;
export type Doubt = (typeof DOUBTS)[number];

/** What an uncertain delivery most likely was. */
export type Likely = "delivered" | "unknown";

/** Why a delivery ended, or is back where it waits: a stable word for programs, explained to people elsewhere. */
export type DeliveryCause =
  | "answered_ok"
  | "grant_refused"
  | "recipient_gone"
  | "recipient_refused"
  | "message_refused"
  | "refused_in_doubt"
  | "stopped_in_doubt"
  | "confirmation_heard"
  | "doubt_window_closed"
  | "out_of_attempts"
  | "deadline_passed"
  | "cancelled";

/** The journey of one message. */
export interface Delivery {
  readonly appid: AppId;
  readonly messageId: string;
  readonly state: DeliveryState;
  /** When it may be leased next; means nothing while it waits for a grant or after its end. */
  readonly dueAt: EpochMs;
  /** When time alone changes it: its lease while sending, else its deadline or the end of its doubt window. */
  readonly closesAt: EpochMs;
  /** The slot generation it holds or spent. */
  readonly generation: number | undefined;
  readonly leaseId: string | undefined;
  readonly leaseExpiresAt: EpochMs | undefined;
  /** Attempts made, whether they count or not; the last one's number. */
  readonly attemptNumber: number;
  /** Attempts that count towards the limit. */
  readonly countedAttempts: number;
  /** Token faults in a row. */
  readonly tokenFaults: number;
  readonly doubt: Doubt;
  /** When the last unanswered attempt started. */
  readonly unansweredAt: EpochMs | undefined;
  /** A confirmation of the slot was heard while an attempt was in flight or in doubt. */
  readonly hasHeardConfirmation: boolean;
  /** Why it stands where it does: set by what last happened to it. */
  readonly cause: DeliveryCause | undefined;
  /** The errcode that decided, if one did, and who is to blame. */
  readonly errcode: number | undefined;
  readonly fault: Fault | undefined;
  readonly likely: Likely | undefined;
  readonly settledAt: EpochMs | undefined;
}

/** What one HTTP send proved. */
export type AttemptOutcome =
  | {
      readonly kind: "answered";
      readonly errcode: number;
      readonly errmsg: string;
      readonly rid: string | undefined;
    }
  /** Provably never left: name resolution, connect or TLS failed before a byte was written. */
  | { readonly kind: "unsent"; readonly reason: string }
  /** It left, or may have, and no reply that proves anything came back. */
  | { readonly kind: "unanswered"; readonly reason: string };

/** One HTTP send, durable before its request leaves. */
export interface Attempt {
  readonly appid: AppId;
  readonly messageId: string;
  readonly number: number;
  readonly generation: number;
  readonly leaseId: string;
  readonly startedAt: EpochMs;
  readonly finishedAt: EpochMs | undefined;
  /** `undefined` while in flight. */
  readonly outcome: AttemptOutcome | undefined;
  /** The answer came after the lease had run out or the delivery had ended. */
  readonly isLate: boolean;
}

/** The delivery in another state, with what else changes. A change that the table does not allow is a mistake of ours. */
export function moveDelivery(
  delivery: Delivery,
  change: Partial<Delivery> & Pick<Delivery, "state">,
): Delivery {
  assert(
    DELIVERY_TRANSITIONS[delivery.state].includes(change.state),
    `a delivery that is ${delivery.state} cannot become ${change.state}`,
  );
  return { ...delivery, ...NO_LEASE, ...change };
}

const NO_LEASE = { leaseId: undefined, leaseExpiresAt: undefined };

/** Whether the journey is over, but for a late errcode 0. */
export function isTerminal(state: DeliveryState): boolean {
  return DELIVERY_TRANSITIONS[state].every((next) => next === "delivered");
}

/** Whether a send may or may not have been processed. */
export function isInDoubt(delivery: Pick<Delivery, "doubt">): boolean {
  return delivery.doubt !== "none";
}

/** The stronger of two doubts: doubt is sticky. */
export function strongerDoubt(one: Doubt, other: Doubt): Doubt {
  return DOUBTS.indexOf(one) >= DOUBTS.indexOf(other) ? one : other;
}
