import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Delivery } from "../../deliveries/delivery.ts";
import type { Outstanding } from "./outstanding.ts";
import { findPauseEnd, listAppIds } from "./tables/accounts.ts";
import { type DuePlace, findClosing, findDue } from "./tables/due-deliveries.ts";
import { type DueMessage, listDue } from "./tables/due-messages.ts";

/** When something of one account falls due. */
interface Entry {
  /** Something was written since `dueAt` and `pauseEndsAt` were looked up. */
  isStale: boolean;
  /** The next delivery that may be leased. */
  dueAt: EpochMs;
  /** The next delivery that time changes; earlier where it is stale. */
  closesAt: EpochMs;
  /** A delivery was written since `closesAt` was looked up. */
  isClosingStale: boolean;
  /** Until when the account stands still: `Infinity` where an operator decides, `undefined` where it does not. */
  pauseEndsAt: EpochMs | undefined;
  /** Up to here everything in the due queue is taken or closed. */
  frontier: DuePlace;
}

const START: DuePlace = { dueAt: -1, messageId: "" };

/** What falls due when, account by account, so that nobody looks through all accounts or through what is taken. */
export class Agenda {
  readonly #file: SqliteFile;
  readonly #outstanding: Outstanding;
  readonly #entries = new Map<AppId, Entry>();
  #isLoaded = false;

  constructor(file: SqliteFile, outstanding: Outstanding) {
    this.#file = file;
    this.#outstanding = outstanding;
  }

  /** Something of the account was written. */
  touch(appid: AppId): void {
    this.#entry(appid).isStale = true;
  }

  /** A delivery was written: it may be leased from an instant on, and time changes it at another. */
  touchDelivery({ appid, dueAt, closesAt }: Delivery): void {
    const entry = this.#entry(appid);
    entry.isStale = true;
    entry.isClosingStale = true;
    entry.closesAt = Math.min(entry.closesAt, closesAt);
    if (dueAt <= entry.frontier.dueAt) entry.frontier = START;
  }

  /** What was taken is free again. */
  reset(appid: AppId): void {
    const entry = this.#entry(appid);
    entry.isStale = true;
    entry.frontier = START;
  }

  /** The transaction was undone. */
  forget(): void {
    this.#entries.clear();
    this.#isLoaded = false;
  }

  /** What may be leased now, the one due longest first. */
  listDue(appid: AppId, now: EpochMs, limit: number): readonly DueMessage[] {
    if (this.#outstanding.expire(appid, now)) this.reset(appid);
    const entry = this.#entry(appid);
    const due = listDue(this.#file, appid, {
      now,
      after: entry.frontier,
      limit,
      isTaken: (messageId) => this.#outstanding.isTaken(appid, messageId),
    });
    entry.isStale = true;
    const last = due.at(-1)?.delivery;
    if (last !== undefined) entry.frontier = { dueAt: last.dueAt, messageId: last.messageId };
    return due;
  }

  /** Accounts with deliveries due, the one that waits longest first; paused ones are left out. */
  listDueAccounts(now: EpochMs, limit: number): readonly AppId[] {
    return this.#fresh()
      .filter(([, { dueAt, pauseEndsAt = now }]) => dueAt <= now && pauseEndsAt <= now)
      .toSorted(([, one], [, other]) => one.dueAt - other.dueAt)
      .slice(0, limit)
      .map(([appid]) => appid);
  }

  /** Accounts with deliveries, or with a pause, that time has closed. */
  listClosedAccounts(now: EpochMs): readonly AppId[] {
    return this.#fresh()
      .filter(([appid, entry]) => {
        const endsAt = Math.min(
          this.#findClosing(appid, entry, now),
          entry.pauseEndsAt ?? Infinity,
        );
        return endsAt <= now || this.#outstanding.hasOrphans(appid);
      })
      .map(([appid]) => appid);
  }

  /** When anything of any account falls due next. */
  findNextDueAt(): EpochMs | undefined {
    const entries = this.#fresh();
    let next = Infinity;
    for (const [, { dueAt, pauseEndsAt }] of entries) next = Math.min(next, pauseEndsAt ?? dueAt);
    for (const [appid, entry] of entries) {
      next = Math.min(next, this.#findClosing(appid, entry, next));
    }
    return next === Infinity ? undefined : next;
  }

  #fresh(): readonly (readonly [AppId, Entry])[] {
    this.#load();
    const entries = [...this.#entries];
    for (const [appid, entry] of entries) if (entry.isStale) this.#refresh(appid, entry);
    return entries;
  }

  #refresh(appid: AppId, entry: Entry): void {
    const isTaken = (messageId: string): boolean => this.#outstanding.isTaken(appid, messageId);
    const due = findDue(this.#file, appid, entry.frontier, isTaken);
    entry.dueAt = Math.min(due ?? Infinity, this.#outstanding.findLeaseEnd(appid));
    entry.pauseEndsAt = findPauseEnd(this.#file, appid);
    entry.isStale = false;
  }

  /**
   * When time next changes a delivery; if that is after `until`, any instant after it. It is looked up only where it
   * matters: whoever does has to pass by everything that is being sent.
   */
  #findClosing(appid: AppId, entry: Entry, until: EpochMs): EpochMs {
    if (!entry.isClosingStale || entry.closesAt > until) return entry.closesAt;
    const isSending = (messageId: string): boolean => this.#outstanding.isSending(appid, messageId);
    const closing = findClosing(this.#file, appid, isSending);
    entry.closesAt = Math.min(closing ?? Infinity, this.#outstanding.findSendEnd(appid));
    entry.isClosingStale = false;
    return entry.closesAt;
  }

  #entry(appid: AppId): Entry {
    const known = this.#entries.get(appid);
    if (known !== undefined) return known;
    const entry: Entry = {
      isStale: true,
      dueAt: Infinity,
      closesAt: -Infinity,
      isClosingStale: true,
      pauseEndsAt: undefined,
      frontier: START,
    };
    this.#entries.set(appid, entry);
    return entry;
  }

  /** Every account has a place; those whose deliveries are elsewhere are looked at once. */
  #load(): void {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    for (const appid of listAppIds(this.#file)) this.#entry(appid);
    for (const appid of this.#outstanding.listAppIds()) this.#entry(appid);
  }
}
