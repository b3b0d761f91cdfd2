import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { AccountState } from "../../deliveries/account-state.ts";
import type { Attempt, Delivery } from "../../deliveries/delivery.ts";
import type { Grant, SlotKey } from "../../grants/grant.ts";
import type { Message, MessageTerms } from "../../messages/message.ts";
import type { MessageSummary } from "../ledger.ts";
import type * as Rows from "../rows.ts";
import { loadAccountState, saveAccountState } from "./tables/accounts.ts";
import { findAttempt, insertAttempt, updateAttempt } from "./tables/attempts.ts";
import { insertConfirmation } from "./tables/confirmations.ts";
import { addDecision } from "./tables/decisions.ts";
import * as deliveries from "./tables/deliveries.ts";
import { insertEvent } from "./tables/events.ts";
import { findGrant, insertGrant, pruneGrants, updateGrant } from "./tables/grants.ts";
import { findIdempotencyKey, insertIdempotencyKey } from "./tables/idempotency-keys.ts";
import { findMessageSummary, insertMessage, listDue } from "./tables/messages.ts";
import { findNonce, saveConfirmedNonce, saveDeclinedNonce } from "./tables/nonces.ts";
import { loadSlot, saveSlot, saveUse } from "./tables/slots.ts";

/** The ledger's rows as they stand in the file, inside the transaction that is open. */
export class SqliteRows implements Rows.LedgerRows {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  loadAccountState(appid: AppId): AccountState {
    return loadAccountState(this.#file, appid);
  }

  saveAccountState(state: AccountState): void {
    saveAccountState(this.#file, state);
  }

  loadSlot(key: SlotKey): Rows.Slot {
    return loadSlot(this.#file, key);
  }

  saveSlot(slot: Rows.SlotRow): void {
    saveSlot(this.#file, slot);
  }

  saveUse(key: SlotKey, usedAt: EpochMs): void {
    saveUse(this.#file, key, usedAt);
  }

  findGrant(key: SlotKey, generation: number): Grant | undefined {
    return findGrant(this.#file, key, generation);
  }

  insertGrant(grant: Grant): void {
    insertGrant(this.#file, grant);
  }

  updateGrant(grant: Grant): void {
    updateGrant(this.#file, grant);
  }

  pruneGrants(key: SlotKey, generation: number): void {
    pruneGrants(this.#file, key, generation);
  }

  insertConfirmation(key: SlotKey, heard: Rows.NumberedConfirmation, historyMax: number): void {
    insertConfirmation(this.#file, key, heard, historyMax);
  }

  findNonce(appid: AppId, nonce: string): Rows.UsedNonce | undefined {
    return findNonce(this.#file, appid, nonce);
  }

  saveConfirmedNonce(
    address: Rows.NonceAddress,
    confirmed: Rows.NonceConfirmation,
    now: EpochMs,
  ): void {
    saveConfirmedNonce(this.#file, address, confirmed, now);
  }

  saveDeclinedNonce(address: Rows.NonceAddress, now: EpochMs): void {
    saveDeclinedNonce(this.#file, address, now);
  }

  addDecision(appid: AppId, linkId: string, decision: "confirmed" | "declined"): void {
    addDecision(this.#file, appid, linkId, decision);
  }

  findDelivery(appid: AppId, messageId: string): Rows.Outgoing | undefined {
    return deliveries.findDelivery(this.#file, appid, messageId);
  }

  findMessage(appid: AppId, messageId: string): MessageSummary | undefined {
    return findMessageSummary(this.#file, appid, messageId);
  }

  insertMessage({ message, delivery }: MessageSummary): void {
    insertMessage(this.#file, message);
    deliveries.insertDelivery(this.#file, { terms: message, delivery });
  }

  updateDelivery(delivery: Delivery): void {
    deliveries.updateDelivery(this.#file, delivery);
  }

  leaseDelivery(delivery: Rows.LeasedRow): void {
    deliveries.leaseDelivery(this.#file, delivery);
  }

  listDue(appid: AppId, now: EpochMs, limit: number): readonly MessageSummary[] {
    return listDue(this.#file, appid, now, limit);
  }

  listClosed(appid: AppId, now: EpochMs, limit: number): readonly string[] {
    return deliveries.listClosed(this.#file, appid, now, limit);
  }

  countWaiting(key: SlotKey): number {
    return deliveries.countWaiting(this.#file, key);
  }

  findWaiting(key: SlotKey, wouldDo: (terms: MessageTerms) => boolean): Rows.Outgoing | undefined {
    return deliveries.findWaiting(this.#file, key, wouldDo);
  }

  findAttempt(appid: AppId, messageId: string, number: number): Attempt | undefined {
    return findAttempt(this.#file, appid, messageId, number);
  }

  insertAttempt(attempt: Attempt): void {
    insertAttempt(this.#file, attempt);
  }

  updateAttempt(attempt: Rows.EndedAttempt): void {
    updateAttempt(this.#file, attempt);
  }

  findIdempotencyKey(appid: AppId, principal: string, key: string): Rows.RememberedKey | undefined {
    return findIdempotencyKey(this.#file, appid, principal, key);
  }

  insertIdempotencyKey(message: Message, remembered: Rows.IdempotencyKey): void {
    insertIdempotencyKey(this.#file, message, remembered);
  }

  insertEvent(event: Rows.NewEvent): void {
    insertEvent(this.#file, event);
  }
}
