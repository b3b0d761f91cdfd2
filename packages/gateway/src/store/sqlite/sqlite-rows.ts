import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { AccountState } from "../../deliveries/account-state.ts";
import type { Attempt, Delivery } from "../../deliveries/delivery.ts";
import type { Grant, SlotKey } from "../../grants/grant.ts";
import type { Message, MessageTerms } from "../../messages/message.ts";
import type { MessageSummary, Settlement } from "../ledger.ts";
import type * as Rows from "../rows.ts";
import { Agenda } from "./agenda.ts";
import { DeliveryRows } from "./delivery-rows.ts";
import { EventRows } from "./event-rows.ts";
import { GrantRows } from "./grant-rows.ts";
import { Outstanding, type Taken } from "./outstanding.ts";
import { loadAccountState, saveAccountState } from "./tables/accounts.ts";
import { addDecision } from "./tables/decisions.ts";
import * as deliveries from "./tables/deliveries.ts";
import { listClosed, noteDue } from "./tables/due-deliveries.ts";
import type { DueMessage } from "./tables/due-messages.ts";
import { findIdempotencyKey, insertIdempotencyKey } from "./tables/idempotency-keys.ts";
import { findMessageSummary, insertMessage } from "./tables/messages.ts";
import { findNonce, saveConfirmedNonce, saveDeclinedNonce } from "./tables/nonces.ts";

/** The ledger's rows as they stand in the file, inside the transaction that is open. */
export class SqliteRows implements Rows.LedgerRows<DueMessage> {
  readonly #file: SqliteFile;
  readonly #outstanding: Outstanding;
  readonly #grants: GrantRows;
  readonly #agenda: Agenda;
  readonly #deliveries: DeliveryRows;
  readonly #events: EventRows;
  /** The delivery found last, if a worker has it: whoever then asks by its terms for a grant means the one that it holds. */
  #found: Taken | undefined;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.#outstanding = new Outstanding(file);
    this.#grants = new GrantRows(file);
    this.#agenda = new Agenda(file, this.#outstanding);
    this.#deliveries = new DeliveryRows(file);
    this.#events = new EventRows(file);
  }

  get agenda(): Agenda {
    return this.#agenda;
  }

  /** Reads at once what the settlements of a round will ask for. */
  foresee(settlements: readonly Settlement[]): void {
    const appid = settlements[0]?.appid;
    if (appid === undefined) return;
    const places = settlements.map(({ messageId }) => this.#outstanding.find(appid, messageId));
    const rowIds = places.flatMap((taken) => taken?.grantRow ?? []);
    this.#grants.foresee(appid, rowIds);
  }

  /** Writes what a fact has left, so that whatever comes next finds it. */
  endFact(): void {
    this.#deliveries.write();
    this.#grants.write();
    this.#grants.forget();
  }

  /** Writes what is written once for each commit. */
  seal(): void {
    this.#outstanding.seal();
    this.#events.write();
  }

  /** The transaction was undone: what memory holds of it is void. */
  forget(): void {
    this.#outstanding.forget();
    this.#grants.forget();
    this.#agenda.forget();
    this.#deliveries.forget();
    this.#events.forget();
  }

  /** Frees what a lease still claims. */
  releaseLease(appid: AppId, leaseId: string): void {
    if (this.#outstanding.release(appid, leaseId)) this.#agenda.reset(appid);
  }

  /** Brings the rows of what is being sent up to date, for whoever searches them by their states. */
  writeSending(appid: AppId): void {
    for (const delivery of this.#outstanding.listSending(appid)) {
      this.#deliveries.updateDelivery(delivery, undefined);
    }
  }

  /** A summary with its delivery as it stands, leased or being sent. */
  complete(summary: MessageSummary): MessageSummary {
    const { appid, messageId } = summary.message;
    const taken = this.#outstanding.find(appid, messageId);
    return taken === undefined ? summary : { ...summary, delivery: taken.delivery };
  }

  /** All attempts of a message, the first one first, the one in flight among them. */
  listAttempts(appid: AppId, messageId: string): readonly Attempt[] {
    const inFlight = this.#outstanding.findFlight(appid, messageId);
    const ended = this.#deliveries.listAttempts(appid, messageId);
    return inFlight === undefined ? ended : [...ended, inFlight];
  }

  loadAccountState(appid: AppId): AccountState {
    return loadAccountState(this.#file, appid);
  }

  saveAccountState(state: AccountState): void {
    saveAccountState(this.#file, state);
    this.#agenda.touch(state.appid);
  }

  loadSlot(key: SlotKey): Rows.Slot {
    return this.#grants.loadSlot(key);
  }

  saveSlot(slot: Rows.SlotRow): void {
    this.#grants.saveSlot(slot);
  }

  saveUse(key: SlotKey, usedAt: EpochMs): void {
    this.#grants.saveUse(key, usedAt);
  }

  findGrant(key: SlotKey, generation: number): Grant | undefined {
    const found = this.#found;
    const rowId = found?.terms === key ? found.grantRow : undefined;
    return this.#grants.findGrant(key, generation, rowId);
  }

  insertGrant(grant: Grant): void {
    this.#grants.insertGrant(grant);
  }

  updateGrant(grant: Grant): void {
    this.#grants.updateGrant(grant);
  }

  pruneGrants(key: SlotKey, generation: number): void {
    // Their messages' deliveries are marked.
    this.#deliveries.write();
    this.#grants.pruneGrants(key, generation);
  }

  insertConfirmation(key: SlotKey, heard: Rows.NumberedConfirmation, historyMax: number): void {
    this.#grants.insertConfirmation(key, heard, historyMax);
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
    const taken = this.#outstanding.find(appid, messageId);
    this.#found = taken;
    if (taken !== undefined) return taken;
    this.#deliveries.write();
    return deliveries.findDelivery(this.#file, appid, messageId);
  }

  findMessage(appid: AppId, messageId: string): MessageSummary | undefined {
    this.#deliveries.write();
    const summary = findMessageSummary(this.#file, appid, messageId);
    return summary === undefined ? undefined : this.complete(summary);
  }

  insertMessage({ message, delivery }: MessageSummary): void {
    const { generation } = delivery;
    const grantRow =
      generation === undefined ? undefined : this.#grants.findRow(message, generation);
    insertMessage(this.#file, message);
    deliveries.insertDelivery(this.#file, { terms: message, delivery }, grantRow);
    this.#agenda.touchDelivery(delivery);
  }

  /** An attempt that begins is a line of its commit's; everything else is written to the delivery's row. */
  updateDelivery(delivery: Delivery): void {
    const { appid, messageId, state } = delivery;
    const known = this.#outstanding.find(appid, messageId);
    const isBeginning =
      state === "sending" && known !== undefined && known.delivery.state !== state;
    if (isBeginning) this.#outstanding.start(known, delivery);
    else this.#deliveries.updateDelivery(delivery, known?.rowId);
    if (state === "sending") this.#outstanding.replace(delivery);
    else this.#end(appid, messageId);
    this.#agenda.touchDelivery(delivery);
  }

  /** An attempt that its delivery did not wait for will be answered yet. */
  #end(appid: AppId, messageId: string): void {
    const attempt = this.#outstanding.end(appid, messageId);
    if (attempt !== undefined) this.#deliveries.saveAttempt(attempt, attempt.number === 1);
  }

  leaseDelivery(leased: Rows.LeasedRow, due: DueMessage): void {
    const { terms, delivery, rowId, grantRow } = due;
    if (delivery.state === "scheduled") {
      noteDue(this.#file, leased.appid, leased.messageId);
    }
    this.#outstanding.lease({ terms, delivery: leased, rowId, grantRow });
  }

  listDue(appid: AppId, now: EpochMs, limit: number): readonly DueMessage[] {
    this.#deliveries.write();
    return this.#agenda.listDue(appid, now, limit);
  }

  listClosed(appid: AppId, now: EpochMs, limit: number): readonly string[] {
    this.#deliveries.write();
    const lost = this.#outstanding.listLost(appid, now).slice(0, limit);
    const closed = listClosed(this.#file, appid, {
      now,
      limit: limit - lost.length,
      isSending: (messageId) => this.#outstanding.isSending(appid, messageId),
    });
    return [...lost, ...closed];
  }

  countWaiting(key: SlotKey): number {
    this.#deliveries.write();
    return deliveries.countWaiting(this.#file, key);
  }

  findWaiting(key: SlotKey, wouldDo: (terms: MessageTerms) => boolean): Rows.Outgoing | undefined {
    this.#deliveries.write();
    return deliveries.findWaiting(this.#file, key, wouldDo);
  }

  findAttempt(appid: AppId, messageId: string, number: number): Attempt | undefined {
    const inFlight = this.#outstanding.findFlight(appid, messageId);
    if (inFlight?.number === number) return inFlight;
    const ended = this.#deliveries.listAttempts(appid, messageId);
    return ended.find((attempt) => attempt.number === number);
  }

  insertAttempt(attempt: Attempt): void {
    this.#outstanding.note(attempt);
  }

  updateAttempt(attempt: Rows.EndedAttempt): void {
    const inFlight = this.#outstanding.findFlight(attempt.appid, attempt.messageId);
    this.#deliveries.saveAttempt(attempt, attempt.number === 1 && inFlight?.number === 1);
    this.#outstanding.close(attempt);
  }

  findIdempotencyKey(appid: AppId, principal: string, key: string): Rows.RememberedKey | undefined {
    return findIdempotencyKey(this.#file, appid, principal, key);
  }

  insertIdempotencyKey(message: Message, remembered: Rows.IdempotencyKey): void {
    insertIdempotencyKey(this.#file, message, remembered);
  }

  insertEvent(event: Rows.NewEvent): void {
    this.#events.insert(event);
  }
}
