import { strict as assert } from "node:assert";
import type { AppId, EpochMs } from "@yici/protocol";
import { type AccountState, buildFreshState } from "../../deliveries/account-state.ts";
import type { Attempt, Delivery } from "../../deliveries/delivery.ts";
import type { Grant, SlotKey } from "../../grants/grant.ts";
import type { Message, MessageTerms } from "../../messages/message.ts";
import type { MessageSummary } from "../ledger.ts";
import type * as Rows from "../rows.ts";
import {
  attemptKey,
  grantKey,
  idempotencyKey,
  type LoadedRows,
  type NonceRow,
  type RememberedRow,
  slotKey,
  termsOf,
} from "./loaded-rows.ts";
import type { JointReach } from "./reach.ts";
import { Shelf } from "./shelf.ts";
import { SlotQueues } from "./slot-queues.ts";

/** What was added and is never read again by the facts of its batch. */
interface Appended {
  readonly events: Rows.NewEvent[];
  readonly confirmations: (SlotKey & Rows.NumberedConfirmation)[];
  /** Generations and confirmations of slots, to be dropped with the older ones. */
  readonly outdated: (SlotKey & { readonly generation: number; readonly confirmation: number })[];
  readonly decisions: { readonly linkId: string; readonly decision: "confirmed" | "declined" }[];
}

/**
 * The rows of one account that the facts of one batch may touch, in memory. They were read under the locks that their
 * transaction still holds, so that nobody else changes them meanwhile.
 */
export class WorkingSet implements Rows.LedgerRows {
  readonly appid: AppId;
  readonly #loaded: LoadedRows;
  readonly #reach: JointReach;
  readonly accounts = new Shelf<AccountState>();
  readonly slots = new Shelf<Rows.SlotRow>();
  readonly grants = new Shelf<Grant>();
  readonly deliveries = new Shelf<Rows.Outgoing>();
  readonly messages = new Shelf<Message>();
  readonly attempts = new Shelf<Attempt>();
  readonly nonces = new Shelf<NonceRow>();
  readonly keys = new Shelf<RememberedRow>();
  readonly appended: Appended = { events: [], confirmations: [], outdated: [], decisions: [] };
  readonly #queues = new SlotQueues(this.deliveries);
  readonly #created = new Set<string>();
  readonly #leased = new Set<string>();
  readonly #waited = new Set<string>();
  #lengths: ReadonlyMap<unknown[], number> = new Map();

  constructor(appid: AppId, reach: JointReach, loaded: LoadedRows) {
    this.appid = appid;
    this.#reach = reach;
    this.#loaded = loaded;
    if (loaded.account !== undefined) this.accounts.load(appid, loaded.account);
    for (const slot of loaded.slots) this.slots.load(slotKey(slot.key), slot);
    for (const grant of loaded.grants) this.grants.load(grantKey(grant, grant.generation), grant);
    for (const outgoing of loaded.deliveries) this.#putDelivery(outgoing);
    for (const message of loaded.messages) this.messages.load(message.messageId, message);
    for (const attempt of loaded.attempts) this.attempts.load(attemptKey(attempt), attempt);
    for (const nonce of loaded.nonces) this.nonces.load(nonce.nonce, nonce);
    for (const key of loaded.keys) this.keys.load(idempotencyKey(key), key);
  }

  /** Runs a fact. When it throws, nothing of it is left. */
  run<T>(fact: () => T): T {
    for (const shelf of this.#shelves()) shelf.begin();
    this.#lengths = new Map(
      Object.values(this.appended).map((list: unknown[]) => [list, list.length]),
    );
    try {
      return fact();
    } catch (error) {
      for (const shelf of this.#shelves()) shelf.takeBack();
      for (const [list, length] of this.#lengths) list.length = length;
      throw error;
    }
  }

  loadAccountState(): AccountState {
    assert(this.#reach.isOfAccount, "a fact says that it touches the account before it runs");
    return this.accounts.get(this.appid) ?? buildFreshState(this.appid);
  }

  saveAccountState(state: AccountState): void {
    if (this.accounts.get(this.appid) !== undefined) this.accounts.set(this.appid, state);
  }

  loadSlot({ appid, openid, scene }: SlotKey): Rows.Slot {
    const slot = this.slots.get(slotKey({ openid, scene }));
    assert(slot !== undefined, "a fact names the slots it touches before it runs");
    const grant = this.findGrant(slot.key, slot.generation);
    return { ...slot, key: { appid, openid, scene }, grant };
  }

  saveSlot({ key, generation, confirmation, usedAt }: Rows.SlotRow): void {
    this.slots.set(slotKey(key), { key, generation, confirmation, usedAt });
  }

  saveUse(key: SlotKey, usedAt: EpochMs): void {
    const slot = this.loadSlot(key);
    this.saveSlot({ ...slot, usedAt: Math.max(slot.usedAt ?? 0, usedAt) });
  }

  findGrant(key: SlotKey, generation: number): Grant | undefined {
    return this.grants.get(grantKey(key, generation));
  }

  insertGrant(grant: Grant): void {
    this.grants.set(grantKey(grant, grant.generation), grant);
  }

  updateGrant(grant: Grant): void {
    this.insertGrant(grant);
  }

  pruneGrants({ appid, openid, scene }: SlotKey, generation: number): void {
    this.appended.outdated.push({ appid, openid, scene, generation, confirmation: 0 });
  }

  insertConfirmation(
    { appid, openid, scene }: SlotKey,
    heard: Rows.NumberedConfirmation,
    historyMax: number,
  ): void {
    const { confirmations, outdated } = this.appended;
    confirmations.push({ appid, openid, scene, ...heard });
    const confirmation = heard.number - historyMax;
    if (confirmation > 0) outdated.push({ appid, openid, scene, generation: 0, confirmation });
  }

  findNonce(_appid: AppId, nonce: string): Rows.UsedNonce | undefined {
    return this.nonces.get(nonce);
  }

  saveConfirmedNonce(
    { nonce }: Rows.NonceAddress,
    confirmed: Rows.NonceConfirmation,
    now: EpochMs,
  ): void {
    const { usedAt = now, isDeclined = false } = this.nonces.get(nonce) ?? {};
    this.nonces.set(nonce, { nonce, confirmed, isDeclined, usedAt });
  }

  saveDeclinedNonce({ nonce }: Rows.NonceAddress, now: EpochMs): void {
    const { usedAt = now, confirmed } = this.nonces.get(nonce) ?? {};
    this.nonces.set(nonce, { nonce, confirmed, isDeclined: true, usedAt });
  }

  addDecision(_appid: AppId, linkId: string, decision: "confirmed" | "declined"): void {
    this.appended.decisions.push({ linkId, decision });
  }

  findDelivery(_appid: AppId, messageId: string): Rows.Outgoing | undefined {
    const outgoing = this.deliveries.get(messageId);
    assert(
      outgoing !== undefined || this.#reach.messageIds.includes(messageId),
      "a fact names the messages it touches before it runs",
    );
    return outgoing;
  }

  findMessage(_appid: AppId, messageId: string): MessageSummary | undefined {
    const message = this.messages.get(messageId);
    const outgoing = this.deliveries.get(messageId);
    if (message === undefined || outgoing === undefined) return undefined;
    return { message, delivery: outgoing.delivery };
  }

  insertMessage({ message, delivery }: MessageSummary): void {
    const { messageId } = message;
    if (this.deliveries.get(messageId) !== undefined) throw new Error("there is such a message");
    this.messages.set(messageId, message);
    this.deliveries.set(messageId, { terms: termsOf(message), delivery });
    this.#created.add(messageId);
    this.#queues.note(message);
  }

  updateDelivery(delivery: Delivery): void {
    const outgoing = this.findDelivery(delivery.appid, delivery.messageId);
    if (outgoing === undefined) return;
    this.deliveries.set(delivery.messageId, { terms: outgoing.terms, delivery });
    this.#leased.delete(delivery.messageId);
  }

  leaseDelivery(delivery: Rows.LeasedRow): void {
    this.updateDelivery(delivery);
    this.#leased.add(delivery.messageId);
  }

  listDue(_appid: AppId, now: EpochMs, limit: number): readonly MessageSummary[] {
    return this.#loaded.dueIds
      .flatMap((messageId) => this.findMessage(this.appid, messageId) ?? [])
      .filter(({ delivery }) => isDue(delivery, now))
      .toSorted(({ delivery: one }, { delivery: other }) => {
        return one.dueAt - other.dueAt || compareIds(one, other);
      })
      .slice(0, limit);
  }

  listClosed(_appid: AppId, now: EpochMs, limit: number): readonly string[] {
    return [...this.deliveries.values()]
      .map(({ delivery }) => delivery)
      .filter((delivery) => delivery.settledAt === undefined && delivery.closesAt <= now)
      .toSorted((one, other) => one.closesAt - other.closesAt)
      .slice(0, limit)
      .map(({ messageId }) => messageId);
  }

  /** Exact up to the policy's `waitingMax`: more are not read. */
  countWaiting(key: SlotKey): number {
    return this.#queues.list(key).length;
  }

  findWaiting(key: SlotKey, wouldDo: (terms: MessageTerms) => boolean): Rows.Outgoing | undefined {
    return this.#queues.list(key).find(({ terms }) => wouldDo(terms));
  }

  findAttempt(_appid: AppId, messageId: string, number: number): Attempt | undefined {
    return this.attempts.get(attemptKey({ messageId, number }));
  }

  insertAttempt(attempt: Attempt): void {
    this.attempts.set(attemptKey(attempt), attempt);
  }

  updateAttempt(attempt: Rows.EndedAttempt): void {
    this.insertAttempt(attempt);
  }

  findIdempotencyKey(
    _appid: AppId,
    principal: string,
    key: string,
  ): Rows.RememberedKey | undefined {
    return this.keys.get(idempotencyKey({ principal, key }));
  }

  insertIdempotencyKey(
    { principal, messageId, acceptedAt }: Message,
    { key, bodyHash }: Rows.IdempotencyKey,
  ): void {
    const row = { principal, key, bodyHash, messageId, acceptedAt };
    this.keys.set(idempotencyKey(row), row);
  }

  insertEvent(event: Rows.NewEvent): void {
    this.appended.events.push(event);
  }

  /** Whether the delivery was taken on in this batch. */
  isNew(messageId: string): boolean {
    return this.#created.has(messageId);
  }

  /** Whether the delivery was leased in this batch, and nothing else happened to it. */
  isLeased(messageId: string): boolean {
    return this.#leased.has(messageId);
  }

  /** Whether the delivery waited for a grant when it was read. */
  hasWaited({ terms: { messageId } }: Rows.Outgoing): boolean {
    return this.#waited.has(messageId);
  }

  /** Slots that were created to be locked, or whose last waiter has gone, before anything was heard of them. */
  listUnheardOf(): readonly Rows.SlotRow[] {
    return [...this.slots.values()].filter(
      ({ key, confirmation }) => confirmation === 0 && this.countWaiting(key) === 0,
    );
  }

  #putDelivery(outgoing: Rows.Outgoing): void {
    const { messageId } = outgoing.terms;
    this.deliveries.load(messageId, outgoing);
    if (outgoing.delivery.state === "waiting") this.#waited.add(messageId);
    this.#queues.note(outgoing.terms);
  }

  #shelves(): readonly Shelf<unknown>[] {
    const { accounts, slots, grants, deliveries, messages, attempts, nonces, keys } = this;
    return [accounts, slots, grants, deliveries, messages, attempts, nonces, keys];
  }
}

function compareIds(one: Pick<Delivery, "messageId">, other: Pick<Delivery, "messageId">): number {
  return one.messageId < other.messageId ? -1 : 1;
}

function isDue({ state, dueAt, closesAt }: Delivery, now: EpochMs): boolean {
  return (state === "scheduled" || state === "queued") && dueAt <= now && closesAt > now;
}
