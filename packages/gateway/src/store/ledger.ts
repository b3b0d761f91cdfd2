import type {
  AppId,
  ConfirmedCallback,
  DeclinedCallback,
  EpochMs,
  MessageContent,
  OpenId,
  Scene,
} from "@yici/protocol";
import type { AccountState, Pause } from "../deliveries/account-state.ts";
import type { Attempt, AttemptOutcome, Delivery, DeliveryState } from "../deliveries/delivery.ts";
import type { ConfirmEffect } from "../grants/confirm-slot.ts";
import type { Evidence, Grant, GrantState, SlotKey } from "../grants/grant.ts";
import type { ReinstateDecision } from "../grants/reinstate-grant.ts";
import type { Message, WhenInDoubt, WhenNoGrant } from "../messages/message.ts";

export type { ConfirmEffect, Pause };

/**
 * The ledger of grants and the outbox of messages. Each method is one business fact, durable when its promise
 * resolves; many facts may share one physical commit. The conformance suite in `test/store` is its definition.
 */
export interface Ledger {
  /** Records a verified confirmation: the nonce is used up and the slot changed in one commit. */
  confirm(callback: ConfirmedCallback, now: EpochMs): Promise<ConfirmOutcome>;
  /** Counts a verified refusal by the person, once for each nonce. Changes no grant. */
  decline(callback: DeclinedCallback, now: EpochMs): Promise<void>;
  /** Takes a message on: holds the slot's grant and queues the delivery, or lets it wait, or refuses. */
  accept(acceptance: Acceptance): Promise<AcceptOutcome>;
  /** What `accept` would answer from memory, if its key was accepted before; takes nothing on. */
  findAccepted(asked: RememberedAsk): Promise<RememberedAnswer | undefined>;
  /** Cancels a message that no attempt can have sent. */
  cancel(appid: AppId, messageId: string, now: EpochMs): Promise<CancelOutcome>;
  /** How people decided who came from one link. */
  countDecisions(appid: AppId, linkId: string): Promise<DecisionCounts>;
  /** Puts grants on record that the developer knows of from elsewhere (evidence `imported`). */
  importGrant(slot: SlotKey, grantedAt: EpochMs, now: EpochMs): Promise<ConfirmEffect>;
  /** An operator takes a void back: the slot's last generation only, never one that is in doubt. */
  reinstateGrant(slot: SlotKey, generation: number, now: EpochMs): Promise<ReinstateOutcome>;

  /** Accounts with deliveries due, the one that waits longest first; paused accounts are left out. */
  listDueAccounts(now: EpochMs, limit: number): Promise<readonly AppId[]>;
  /** When the next delivery, lease, deadline, doubt window or pause of any account falls due. */
  findNextDueAt(): Promise<EpochMs | undefined>;
  /**
   * Claims due deliveries of one account, the one due longest first; none while it is paused, and no more than its
   * breaker and limits let begin now, but one in any case. Leasing is no attempt: what is not started in time is simply
   * due again when the lease ends.
   */
  lease(claim: LeaseClaim): Promise<readonly LeasedDelivery[]>;
  /** Gives leased deliveries back that were not started. */
  releaseLease(appid: AppId, leaseId: string, now: EpochMs): Promise<void>;
  /** One commit: what came of earlier attempts, then the attempts that are about to be sent. */
  advance(round: Round): Promise<RoundOutcome>;
  /**
   * Takes over expired leases of started attempts and closes what time has closed: deadlines, doubt windows, pauses;
   * now and then drops what is older than it need be. Answers how many deliveries changed; call again while it
   * answers `limit`.
   */
  sweep(now: EpochMs, limit: number): Promise<number>;
  /** Stops an account's deliveries until an instant, or until an operator resumes it. */
  pauseAccount(appid: AppId, pause: Pause, now: EpochMs): Promise<void>;
  resumeAccount(appid: AppId, now: EpochMs): Promise<void>;
  findPause(appid: AppId): Promise<Pause | undefined>;
  /** All that an account's deliveries have in common, a pause that is over included. */
  findAccountState(appid: AppId): Promise<AccountState>;

  /** All that is known of one slot: its generations, newest first, and the confirmations heard. */
  findSlot(slot: SlotKey): Promise<SlotReport>;
  /** One message with its whole story. */
  findMessage(appid: AppId, messageId: string): Promise<MessageReport | undefined>;
  listGrants(filter: GrantFilter): Promise<readonly Grant[]>;
  listMessages(filter: MessageFilter): Promise<readonly MessageSummary[]>;
  /** Events after a number, oldest first. Numbers have no gaps within an account. */
  listEvents(appid: AppId, after: number, limit: number): Promise<readonly LedgerEvent[]>;
}

export type ConfirmOutcome =
  | { readonly kind: "recorded"; readonly effect: ConfirmEffect; readonly grant: Grant }
  /** The same callback again, a reload: the first outcome stands. It was heard once more, so a doubt of its slot ends. */
  | { readonly kind: "repeated"; readonly effect: ConfirmEffect; readonly grant: Grant }
  /** The nonce was used with another openid. */
  | { readonly kind: "refused"; readonly reason: "nonce_used" };

export interface Acceptance {
  readonly appid: AppId;
  readonly messageId: string;
  readonly openid: OpenId;
  readonly scene: Scene;
  readonly content: MessageContent;
  readonly dueAt: EpochMs;
  readonly deadlineAt: EpochMs;
  readonly whenNoGrant: WhenNoGrant;
  readonly whenInDoubt: WhenInDoubt | undefined;
  readonly minEvidence: Evidence;
  readonly principal: string;
  /** The caller's key and a hash of what was asked. Only acceptances are remembered. */
  readonly idempotency: { readonly key: string; readonly bodyHash: string } | undefined;
  readonly now: EpochMs;
}

export type AcceptOutcome =
  | { readonly kind: "accepted"; readonly message: MessageSummary }
  /** The same key and body were accepted before: that message, as it stands now. */
  | { readonly kind: "repeated"; readonly message: MessageSummary }
  /** The key was used for another body. */
  | { readonly kind: "key_reused" }
  /** The slot has no grant of the demanded evidence to hold; and it was not to wait, or too many wait already. */
  | { readonly kind: "no_grant"; readonly slot: SlotReport };

/** Who asked under which key: what an acceptance is recognised by. */
export type RememberedAsk = Pick<Acceptance, "appid" | "principal" | "idempotency">;

export type RememberedAnswer = Extract<AcceptOutcome, { readonly kind: "repeated" | "key_reused" }>;

export type CancelOutcome =
  | { readonly kind: "cancelled"; readonly message: MessageSummary }
  | { readonly kind: "too_late"; readonly message: MessageSummary }
  | { readonly kind: "unknown_message" };

export type ReinstateOutcome = ReinstateDecision;

export interface LeaseClaim {
  readonly appid: AppId;
  /** Unique to this claim. */
  readonly leaseId: string;
  readonly limit: number;
  /** At most the policy's `leaseMaxMs`. */
  readonly leaseMs: number;
  readonly now: EpochMs;
}

/** What a send needs to know of a delivery. */
export type LeasedDelivery = Pick<Message, "messageId" | "openid" | "scene" | "content">;

/** One attempt about to be sent. */
export interface AttemptStart {
  readonly appid: AppId;
  readonly messageId: string;
  readonly leaseId: string;
}

/** One attempt that ended. */
export interface Settlement {
  readonly appid: AppId;
  readonly messageId: string;
  readonly attemptNumber: number;
  readonly leaseId: string;
  readonly outcome: AttemptOutcome;
  /** 0 ≤ chance < 1, for jitter. */
  readonly chance: number;
}

export interface Round {
  readonly settlements: readonly Settlement[];
  readonly starts: readonly AttemptStart[];
  readonly now: EpochMs;
}

export interface RoundOutcome {
  /** In the order of the settlements. */
  readonly settled: readonly SettleOutcome[];
  /** In the order of the starts. */
  readonly started: readonly StartOutcome[];
}

export type SettleOutcome =
  /** The rule was applied; `state` is the delivery's new state. `retryAt` when it goes on. */
  | {
      readonly kind: "settled";
      readonly state: DeliveryState;
      readonly retryAt: EpochMs | undefined;
      readonly isAccountPaused: boolean;
    }
  /** The lease was lost or the delivery had ended: stored on the attempt; errcode 0 still makes it delivered. */
  | { readonly kind: "late"; readonly state: DeliveryState };

export type StartOutcome =
  | { readonly kind: "started"; readonly attemptNumber: number }
  /** The lease was lost, time closed the delivery, or its account was paused: it must not be sent. */
  | { readonly kind: "refused" }
  /** The account's breaker or a limit of its keeps sends back: the lease is given back, and nothing else has happened. */
  | { readonly kind: "deferred"; readonly until: EpochMs };

/** One confirmation that was heard, whatever it changed. */
export interface Confirmation {
  readonly at: EpochMs;
  readonly evidence: Evidence;
  readonly effect: ConfirmEffect;
  readonly generation: number;
  /** Where it came from: a link, a request, or an import. */
  readonly source: ConfirmationSource;
}

export interface ConfirmationSource {
  readonly kind: "link" | "request" | "import";
  readonly id: string;
}

export interface DecisionCounts {
  /** Confirmations, each callback once. */
  readonly confirmedCount: number;
  /** Refusals by people, each callback once. */
  readonly declinedCount: number;
}

export interface SlotReport extends SlotKey {
  /** Newest first. */
  readonly grants: readonly Grant[];
  /** Newest first, at most 50. */
  readonly confirmations: readonly Confirmation[];
}

export interface MessageSummary {
  readonly message: Message;
  readonly delivery: Delivery;
}

export interface MessageReport extends MessageSummary {
  readonly attempts: readonly Attempt[];
  readonly slot: SlotReport;
  /** The account's pause, when there is one. */
  readonly pause: Pause | undefined;
}

export interface Page {
  /** Rows at most, 1 to 200. */
  readonly limit: number;
  /** The last row of the page before, as `grantCursor` or `messageCursor` names it; anything else begins anew. */
  readonly after: string | undefined;
}

export interface GrantFilter extends Page {
  readonly appid: AppId;
  readonly openid?: OpenId | undefined;
  readonly scene?: Scene | undefined;
  readonly state?: GrantState | undefined;
}

export interface MessageFilter extends Page {
  readonly appid: AppId;
  readonly openid?: OpenId | undefined;
  readonly scene?: Scene | undefined;
  readonly state?: DeliveryState | undefined;
}

export interface LedgerEvent {
  readonly appid: AppId;
  /** 1, 2, 3 … within the account, without gaps. */
  readonly number: number;
  readonly type: LedgerEventType;
  readonly at: EpochMs;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * One event for each business fact. `message.<state>` tells the state a message came to, beside what that made of its
 * grant; an attempt's start is no event. `message.sent_twice`: two sends of one message were answered 0.
 */
export type LedgerEventType =
  | "grant.opened"
  | "grant.renewed"
  | "grant.noted"
  | "grant.kept"
  | "grant.reinstated"
  | "confirmation.declined"
  | `message.${Exclude<DeliveryState, "sending">}`
  | "message.sent_twice"
  | "account.paused"
  | "account.resumed"
  | "account.breaker_opened"
  | "account.breaker_closed";
