import type { AppId, EpochMs, OpenId } from "@yici/protocol";
import type { AccountState } from "../deliveries/account-state.ts";
import type { Attempt, AttemptOutcome, Delivery } from "../deliveries/delivery.ts";
import type { ConfirmEffect } from "../grants/confirm-slot.ts";
import type { Grant, SlotKey } from "../grants/grant.ts";
import type { Message, MessageTerms } from "../messages/message.ts";
import type { Confirmation, LedgerEventType, MessageSummary } from "./ledger.ts";

/**
 * The rows that a fact reads and writes while its engine holds what keeps others out: a transaction, and the lock of
 * the slot. What is written is seen by what is read afterwards. How a row is kept is the engine's own affair; what
 * stands here is all that the rules ask of it. `Due`: what an engine reads of a delivery that may be leased.
 */
export interface LedgerRows<Due extends DueDelivery = DueDelivery> {
  /** An account without a row has the defaults: nothing stands still, nothing was counted. */
  loadAccountState(appid: AppId): AccountState;
  /** Does nothing where the account has no row. */
  saveAccountState(state: AccountState): void;

  /** The slot with its last generation; an empty one when nothing was ever heard of it. */
  loadSlot(key: SlotKey): Slot;
  saveSlot(slot: SlotRow): void;
  /** A send used the slot's grant at the platform, or may have. The last instant stays. */
  saveUse(key: SlotKey, usedAt: EpochMs): void;

  findGrant(key: SlotKey, generation: number): Grant | undefined;
  insertGrant(grant: Grant): void;
  updateGrant(grant: Grant): void;
  /** Drops the generations of a slot up to one. */
  pruneGrants(key: SlotKey, generation: number): void;

  /** Adds to what was heard of a slot and drops what is more than `historyMax` confirmations ago. */
  insertConfirmation(key: SlotKey, confirmation: NumberedConfirmation, historyMax: number): void;

  /** What a nonce was used for so far, if for anything. */
  findNonce(appid: AppId, nonce: string): UsedNonce | undefined;
  /** Uses a nonce up. */
  saveConfirmedNonce(address: NonceAddress, confirmed: NonceConfirmation, now: EpochMs): void;
  /** Remembers that a person declined with a nonce, which it may still confirm with. */
  saveDeclinedNonce(address: NonceAddress, now: EpochMs): void;
  /** Adds to the decisions of people who came from one link. */
  addDecision(appid: AppId, linkId: string, decision: "confirmed" | "declined"): void;

  findDelivery(appid: AppId, messageId: string): Outgoing | undefined;
  findMessage(appid: AppId, messageId: string): MessageSummary | undefined;
  /** Throws when there is a message of this id. */
  insertMessage(summary: MessageSummary): void;
  updateDelivery(delivery: Delivery): void;
  /** Keeps nothing but the lease, the state and when the delivery is due. */
  leaseDelivery(delivery: LeasedRow, due: Due): void;
  /** What may be leased now, the one due longest first. What time has closed is left to the sweep. */
  listDue(appid: AppId, now: EpochMs, limit: number): readonly Due[];
  /**
   * Messages whose deliveries time has closed, in that order, and the one accepted first where they close together: deadlines,
   * doubt windows, leases of started attempts.
   */
  listClosed(appid: AppId, now: EpochMs, limit: number): readonly string[];
  /** How many messages wait for a grant of a slot. */
  countWaiting(key: SlotKey): number;
  /** The oldest message that waits for a grant of a slot and that the grant would do for. */
  findWaiting(key: SlotKey, wouldDo: (terms: MessageTerms) => boolean): Outgoing | undefined;

  findAttempt(appid: AppId, messageId: string, number: number): Attempt | undefined;
  insertAttempt(attempt: Attempt): void;
  /** Writes how an attempt ended. */
  updateAttempt(attempt: EndedAttempt): void;

  findIdempotencyKey(appid: AppId, principal: string, key: string): RememberedKey | undefined;
  insertIdempotencyKey(message: Message, remembered: IdempotencyKey): void;

  /** Numbers follow one another within the account, without a gap. */
  insertEvent(event: NewEvent): void;
}

/** A slot's own row. */
export interface SlotRow {
  readonly key: SlotKey;
  /** The last one; 0: none yet. */
  readonly generation: number;
  /** The number of the last confirmation heard. */
  readonly confirmation: number;
  readonly usedAt: EpochMs | undefined;
}

/** A slot's own row and its last generation. */
export interface Slot extends SlotRow {
  readonly grant: Grant | undefined;
}

/** A delivery with the terms that its message was accepted on. */
export interface Outgoing {
  readonly terms: MessageTerms;
  readonly delivery: Delivery;
}

/** What the rules ask of a delivery that may be leased. */
export interface DueDelivery {
  readonly delivery: Delivery;
}

/** A delivery that a worker has claimed. */
export type LeasedRow = Delivery & { readonly leaseId: string; readonly leaseExpiresAt: EpochMs };

/** An attempt and what came of it. */
export type EndedAttempt = Attempt & { readonly outcome: AttemptOutcome };

/** A confirmation with its place among those heard of its slot: 1, 2, 3 … */
export type NumberedConfirmation = Confirmation & { readonly number: number };

export interface NonceAddress {
  readonly appid: AppId;
  readonly nonce: string;
}

/** The confirmation that a nonce was used up by. */
export interface NonceConfirmation {
  readonly openid: OpenId;
  readonly effect: ConfirmEffect;
  readonly generation: number;
}

export interface UsedNonce {
  readonly confirmed: NonceConfirmation | undefined;
  /** The person declined with it, perhaps before confirming after all. */
  readonly isDeclined: boolean;
}

/** A caller's key, and a hash of what was asked under it. */
export interface IdempotencyKey {
  readonly key: string;
  readonly bodyHash: string;
}

/** What was accepted under a caller's key. */
export interface RememberedKey {
  readonly bodyHash: string;
  readonly messageId: string;
}

/** An event before it has its number. What is `undefined` is left out. */
export interface NewEvent {
  readonly appid: AppId;
  readonly type: LedgerEventType;
  readonly at: EpochMs;
  readonly facts: Readonly<Record<string, string | number | boolean | undefined>>;
}
