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
  idempotencyKey,
  type LoadedRows,
  type NonceRow,
  type RememberedRow,
} from "./loaded-rows.ts";
import { OutboxChanges } from "./outbox-changes.ts";
import { OutboxRows } from "./outbox-rows.ts";
import type { JointReach } from "./reach.ts";
import type { RememberedDelivery } from "./remembered.ts";
import { Shelf } from "./shelf.ts";
import { SlotRows } from "./slot-rows.ts";

/** What was added and is never read again by the facts of its batch. */
interface Appended {
  readonly events: Rows.NewEvent[];
  readonly confirmations: (SlotKey & Rows.NumberedConfirmation)[];
  /** Generations and confirmations of slots, to be dropped with the older ones. */
  readonly outdated: (SlotKey & { readonly generation: number; readonly confirmation: number })[];
  readonly decisions: { readonly linkId: string; readonly decision: "confirmed" | "declined" }[];
}

/** What this process remembers of the account. */
export interface Recollection {
  /** What was not read because it is remembered. */
  readonly recalled: readonly RememberedDelivery[];
  readonly find: (messageId: string) => RememberedDelivery | undefined;
  /** What of one lease, or of one start, is still claimed by it. */
  readonly listGroup: (group: string) => ReadonlySet<string>;
}

/**
 * The rows of one account that the facts of one batch may touch, in memory. They were read under the locks that their
 * transaction still holds, or are remembered and stand still, so that nobody else changes them meanwhile.
 */
export class WorkingSet implements Rows.LedgerRows<MessageSummary> {
  readonly appid: AppId;
  readonly #loaded: LoadedRows;
  readonly #reach: JointReach;
  readonly #recollection: Recollection;
  readonly #slots: SlotRows;
  readonly #outbox: OutboxRows;
  readonly accounts = new Shelf<AccountState>();
  readonly nonces = new Shelf<NonceRow>();
  readonly keys = new Shelf<RememberedRow>();
  readonly appended: Appended = { events: [], confirmations: [], outdated: [], decisions: [] };
  /** Whether more may be due than was leased: then nobody has to look when the next is. */
  #isDueLeft = false;
  #lengths: ReadonlyMap<unknown[], number> = new Map();

  constructor(
    { appid, reach }: { readonly appid: AppId; readonly reach: JointReach },
    loaded: LoadedRows,
    recollection: Recollection,
  ) {
    const { recalled, find } = recollection;
    this.appid = appid;
    this.#reach = reach;
    this.#loaded = loaded;
    this.#recollection = recollection;
    const read = loaded.deliveries.map((one) => {
      return { ...one, group: find(one.terms.messageId)?.group };
    });
    this.#outbox = new OutboxRows(loaded, [...read, ...recalled]);
    this.#slots = new SlotRows(loaded.slots, loaded.grants);
    for (const { grant } of recalled) this.#slots.hold(grant);
    if (loaded.account !== undefined) this.accounts.load(appid, loaded.account);
    for (const nonce of loaded.nonces) this.nonces.load(nonce.nonce, nonce);
    for (const key of loaded.keys) this.keys.load(idempotencyKey(key), key);
  }

  /** Slots and grants. */
  get slots(): Pick<SlotRows, "slots" | "grants"> {
    return this.#slots;
  }

  /** Messages, and who waited. */
  get outbox(): Pick<OutboxRows, "messages" | "hasWaited"> {
    return this.#outbox;
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

  loadSlot(key: SlotKey): Rows.Slot {
    return this.#slots.loadSlot(key);
  }

  saveSlot(slot: Rows.SlotRow): void {
    this.#slots.saveSlot(slot);
  }

  saveUse(key: SlotKey, usedAt: EpochMs): void {
    this.#slots.saveUse(key, usedAt);
  }

  findGrant(key: SlotKey, generation: number): Grant | undefined {
    return this.#slots.findGrant(key, generation)?.grant;
  }

  insertGrant(grant: Grant): void {
    this.#slots.saveGrant(grant);
  }

  updateGrant(grant: Grant): void {
    this.#slots.saveGrant(grant);
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
    const outgoing = this.#outbox.deliveries.get(messageId);
    assert(
      outgoing !== undefined || this.#isNamed(messageId),
      "a fact names the messages it touches before it runs",
    );
    return outgoing;
  }

  findMessage(_appid: AppId, messageId: string): MessageSummary | undefined {
    return this.#outbox.findMessage(messageId);
  }

  insertMessage(summary: MessageSummary): void {
    this.#outbox.insertMessage(summary);
  }

  /** One that begins to wait enters its slot's queue, whose lock that takes. */
  updateDelivery(delivery: Delivery): void {
    const outgoing = this.findDelivery(delivery.appid, delivery.messageId);
    if (outgoing === undefined) return;
    const { terms } = outgoing;
    if (delivery.state === "waiting") this.#slots.find(terms);
    this.#outbox.deliveries.set(delivery.messageId, { terms, delivery });
  }

  leaseDelivery(delivery: Rows.LeasedRow): void {
    this.updateDelivery(delivery);
  }

  listDue(_appid: AppId, now: EpochMs, limit: number): readonly MessageSummary[] {
    const due = this.#outbox.listDue(now, limit);
    this.#isDueLeft = due.length === limit;
    return due;
  }

  listClosed(_appid: AppId, now: EpochMs, limit: number): readonly string[] {
    return this.#outbox.listClosed(now, limit);
  }

  /** Exact up to the policy's `waitingMax`: more are not read. */
  countWaiting(key: SlotKey): number {
    return this.#outbox.queues.count(key);
  }

  findWaiting(key: SlotKey, wouldDo: (terms: MessageTerms) => boolean): Rows.Outgoing | undefined {
    this.#slots.find(key);
    return this.#outbox.queues.list(key).find(({ terms }) => wouldDo(terms));
  }

  findAttempt(_appid: AppId, messageId: string, number: number): Attempt | undefined {
    return this.#outbox.attempts.get(attemptKey({ messageId, number }));
  }

  insertAttempt(attempt: Attempt): void {
    this.#outbox.saveAttempt(attempt);
  }

  updateAttempt(attempt: Rows.EndedAttempt): void {
    this.#outbox.saveAttempt(attempt);
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

  /** What became of deliveries and of the claims on them. */
  listOutboxChanges(): OutboxChanges {
    const { listGroup } = this.#recollection;
    const entries = this.#outbox.list((key, generation) => this.#slots.findGrant(key, generation));
    return new OutboxChanges(entries, { releases: this.#reach.releases, listGroup });
  }

  /** Whether claims are touched that somebody else may remember. */
  isTouching(): boolean {
    const { find, listGroup } = this.#recollection;
    const isStrange = this.#reach.releases.some((leaseId) => listGroup(leaseId).size === 0);
    const isElsewhere = this.#loaded.deliveries.some(
      ({ isClaimed, terms }) => isClaimed && find(terms.messageId) === undefined,
    );
    return isStrange || isElsewhere;
  }

  /** Whether the account may have to be looked at later than was known, or at other times. */
  isLookAnew(): boolean {
    const { dueCount, closedCount, releases } = this.#reach;
    const isPauseNew = this.accounts.get(this.appid)?.pause !== this.#loaded.account?.pause;
    const isAllLeased = dueCount > 0 && !this.#isDueLeft;
    return isAllLeased || closedCount + releases.length > 0 || isPauseNew;
  }

  /** Slots that were created to be locked, or whose last waiter has gone, before anything was heard of them. */
  listUnheardOf(): readonly Rows.SlotRow[] {
    return [...this.#slots.slots.values()].filter(
      ({ key, confirmation }) => confirmation === 0 && this.countWaiting(key) === 0,
    );
  }

  #isNamed(messageId: string): boolean {
    return [...this.#reach.messageIds, ...this.#reach.carried].includes(messageId);
  }

  #shelves(): readonly Shelf<unknown>[] {
    const { slots, grants } = this.#slots;
    const { messages, deliveries, attempts } = this.#outbox;
    return [this.accounts, slots, grants, messages, deliveries, attempts, this.nonces, this.keys];
  }
}
