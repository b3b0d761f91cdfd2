import type { AppId, Fault } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/** The states of a message's delivery. The last six are terminal; only a late errcode 0 leaves one of them. */
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

/**
 * What earlier attempts leave open. `doubtful`: answered "busy" or with an unknown code, most likely not processed.
 * `unanswered`: sent, and nothing that proves anything came back. Never goes back to a weaker value.
 */
export type Doubt = "none" | "doubtful" | "unanswered";

/** What an uncertain delivery most likely was. */
export type Likely = "delivered" | "unknown";

/** The journey of one message. */
export interface Delivery {
  readonly appid: AppId;
  readonly messageId: string;
  readonly state: DeliveryState;
  /** When it may be tried next; means nothing in a terminal state. */
  readonly dueAt: EpochMs;
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
  /** Why it ended as it did: one of our stable words, with the errcode that decided, if one did. */
  readonly cause: string | undefined;
  readonly errcode: number | undefined;
  readonly fault: Fault | undefined;
  readonly likely: Likely | undefined;
  readonly settledAt: EpochMs | undefined;
}

/** What one HTTP send proved. */
export type AttemptOutcome =
  | { readonly kind: "answered"; readonly errcode: number; readonly errmsg: string; readonly rid: string | undefined }
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
