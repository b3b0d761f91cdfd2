import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Attempt, Delivery } from "../../deliveries/delivery.ts";
import type { LeasedRow, Outgoing } from "../rows.ts";
import { IdMap } from "./id-map.ts";
import { restoreFlights } from "./restore-flights.ts";
import { deleteStarts, insertStarts, type Starts } from "./tables/starts.ts";

/** A delivery that a worker has. */
export interface Taken extends Outgoing {
  delivery: Delivery;
  /** Where its row is; `undefined` for what an earlier process left behind. */
  readonly rowId: number | undefined;
  /** Where its grant's row may be. */
  readonly grantRow: number | undefined;
  /** `undefined` until it is being sent. */
  flight: Flight | undefined;
}

/** A delivery that is being sent. */
interface Sending extends Taken {
  flight: Flight;
}

/** An attempt that is being made, and with which others it was begun. */
interface Flight {
  /** `undefined` once it was written how it ended. */
  attempt: Attempt | undefined;
  readonly group: StartGroup;
}

/** Attempts begun in one commit under one lease: one row of the file, gone when all have ended. */
interface StartGroup {
  readonly starts: Starts & { readonly attempts: [messageId: string, number: number][] };
  openCount: number;
  /** Begun by an earlier process, which nobody waits for. */
  readonly isOrphaned: boolean;
}

/** One account's part. */
interface AccountPart {
  readonly taken: IdMap<Taken>;
  readonly leases: Map<string, Lease>;
  lastStarts: number;
}

/** A lease in force. */
interface Lease {
  readonly expiresAt: EpochMs;
  readonly messageIds: string[];
  /** Those of them that it still claims: what has begun it does not. */
  claimedCount: number;
}

/**
 * What is leased and what is being sent. One process holds the file, so its memory is the truth about both: a lease is
 * written nowhere, and of what begins only a line for each commit, which says what may have been sent if the process
 * dies. The delivery's own row is written when its attempt ends. After a rollback leases are forgotten, since they are
 * claims and may be lost, and what is being sent is read from those lines, as when the file is opened.
 */
export class Outstanding {
  readonly #file: SqliteFile;
  readonly #parts = new Map<AppId, AccountPart>();
  /** Begun by this process: what is not, was left behind. */
  readonly #own = new Set<string>();
  readonly #begun = new Map<string, StartGroup>();
  #ended: StartGroup[] = [];
  #attempt: Attempt | undefined;
  #isLoaded = false;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(appid: AppId, messageId: string): Taken | undefined {
    return this.#part(appid).taken.get(messageId);
  }

  /** Claims a delivery. */
  lease(claimed: Omit<Taken, "flight"> & { readonly delivery: LeasedRow }): void {
    const { appid, messageId, leaseId, leaseExpiresAt: expiresAt } = claimed.delivery;
    const { taken, leases } = this.#part(appid);
    taken.set(messageId, { ...claimed, flight: undefined });
    const lease = leases.get(leaseId) ?? { expiresAt, messageIds: [], claimedCount: 0 };
    lease.messageIds.push(messageId);
    lease.claimedCount += 1;
    leases.set(leaseId, lease);
  }

  /** Makes what a lease still claims free again. Answers whether there was any. */
  release(appid: AppId, leaseId: string): boolean {
    const { taken, leases } = this.#part(appid);
    const lease = leases.get(leaseId);
    leases.delete(leaseId);
    for (const messageId of lease?.messageIds ?? []) {
      const known = taken.get(messageId);
      const isClaimed = known?.flight === undefined && known?.delivery.leaseId === leaseId;
      if (isClaimed) taken.delete(messageId);
    }
    return lease !== undefined;
  }

  /** Makes free what leases that have ended still claim. Answers whether there was any. */
  expire(appid: AppId, now: EpochMs): boolean {
    let isFreed = false;
    for (const [leaseId, { expiresAt }] of this.#part(appid).leases) {
      if (expiresAt <= now) isFreed = this.release(appid, leaseId) || isFreed;
    }
    return isFreed;
  }

  /** Keeps the attempt that the next delivery begins with. */
  note(attempt: Attempt): void {
    this.#attempt = attempt;
  }

  /** A leased delivery is about to be sent. */
  start(claimed: Taken, delivery: Delivery): void {
    const attempt = this.#attempt;
    const { appid, messageId } = delivery;
    if (attempt?.messageId !== messageId) throw new Error("what is sent has an attempt");
    const part = this.#part(appid);
    const group = this.#group(part, delivery, attempt);
    group.starts.attempts.push([messageId, attempt.number]);
    group.openCount += 1;
    leaveLease(part, claimed);
    claimed.delivery = delivery;
    claimed.flight = { attempt, group };
  }

  /** What is being sent has changed, and is being sent still. */
  replace(delivery: Delivery): void {
    const known = this.find(delivery.appid, delivery.messageId);
    if (known?.flight !== undefined) known.delivery = delivery;
  }

  /** It is written how an attempt ended. */
  close({ appid, messageId, number }: Attempt): void {
    const flight = this.find(appid, messageId)?.flight;
    if (flight?.attempt?.number === number) flight.attempt = undefined;
  }

  /** No worker has it any more. Answers its attempt, if that is still in flight. */
  end(appid: AppId, messageId: string): Attempt | undefined {
    const part = this.#part(appid);
    const known = part.taken.get(messageId);
    if (known === undefined) return undefined;
    part.taken.delete(messageId);
    const { flight } = known;
    if (flight === undefined) {
      leaveLease(part, known);
      return undefined;
    }
    flight.group.openCount -= 1;
    if (flight.group.openCount === 0) this.#ended.push(flight.group);
    return flight.attempt;
  }

  isTaken(appid: AppId, messageId: string): boolean {
    return this.#part(appid).taken.has(messageId);
  }

  isSending(appid: AppId, messageId: string): boolean {
    return this.find(appid, messageId)?.flight !== undefined;
  }

  /** Everything of an account that is being sent. */
  listSending(appid: AppId): readonly Delivery[] {
    return this.#listFlights(appid).map(({ delivery }) => delivery);
  }

  /** The attempt of a message that is in flight. */
  findFlight(appid: AppId, messageId: string): Attempt | undefined {
    return this.find(appid, messageId)?.flight?.attempt;
  }

  /** What is being sent under a lease that has ended, or by a process that is gone, the longest ended first. */
  listLost(appid: AppId, now: EpochMs): readonly string[] {
    return this.#listFlights(appid)
      .filter(({ flight, delivery }) => flight.group.isOrphaned || delivery.closesAt <= now)
      .toSorted((one, other) => one.delivery.closesAt - other.delivery.closesAt)
      .map(({ delivery }) => delivery.messageId);
  }

  /** Whether something of the account was left behind by a process that is gone. */
  hasOrphans(appid: AppId): boolean {
    return this.#listFlights(appid).some(({ flight }) => flight.group.isOrphaned);
  }

  /** When a lease of the account ends next under which something waits to be sent; `Infinity` when none does. */
  findLeaseEnd(appid: AppId): EpochMs {
    const leases = this.#part(appid).leases.values();
    return Math.min(...Array.from(leases, ({ expiresAt }) => expiresAt));
  }

  /** When a lease ends next under which something of the account is being sent; `Infinity` when nothing is. */
  findSendEnd(appid: AppId): EpochMs {
    return Math.min(...this.#listFlights(appid).map(({ delivery }) => delivery.closesAt));
  }

  /** Accounts of which something is leased or being sent, or was. */
  listAppIds(): readonly AppId[] {
    this.#load();
    return [...this.#parts.keys()];
  }

  /** Writes what began and what is over since the last commit. */
  seal(): void {
    for (const { starts } of this.#begun.values()) insertStarts(this.#file, starts);
    for (const { starts } of this.#ended) {
      deleteStarts(this.#file, starts);
      this.#own.delete(nameOf(starts));
    }
    this.#begun.clear();
    this.#ended = [];
  }

  /** The transaction was undone, and with it what memory holds. */
  forget(): void {
    this.#parts.clear();
    this.#begun.clear();
    this.#ended = [];
    this.#isLoaded = false;
  }

  #part(appid: AppId): AccountPart {
    this.#load();
    const known = this.#parts.get(appid);
    if (known !== undefined) return known;
    const part = { taken: new IdMap<Taken>(), leases: new Map(), lastStarts: 0 };
    this.#parts.set(appid, part);
    return part;
  }

  #listFlights(appid: AppId): readonly Sending[] {
    return this.#part(appid)
      .taken.list()
      .filter((known): known is Sending => known.flight !== undefined);
  }

  #group(part: AccountPart, delivery: Delivery, attempt: Attempt): StartGroup {
    const { appid, leaseId = "", leaseExpiresAt = 0 } = delivery;
    const key = `${appid} ${leaseId}`;
    const known = this.#begun.get(key);
    if (known !== undefined) return known;
    part.lastStarts += 1;
    const { startedAt } = attempt;
    const starts = { appid, number: part.lastStarts, leaseId, leaseExpiresAt, startedAt };
    const group = { starts: { ...starts, attempts: [] }, openCount: 0, isOrphaned: false };
    this.#begun.set(key, group);
    this.#own.add(nameOf(group.starts));
    return group;
  }

  #load(): void {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    for (const { starts, flights } of restoreFlights(this.#file)) {
      const part = this.#part(starts.appid);
      const isOrphaned = !this.#own.has(nameOf(starts));
      const group = { starts, openCount: flights.length, isOrphaned };
      part.lastStarts = Math.max(part.lastStarts, starts.number);
      for (const { terms, delivery, attempt } of flights) {
        const flight = { attempt, group };
        part.taken.set(delivery.messageId, { terms, delivery, ...NOWHERE, flight });
      }
      if (flights.length === 0) this.#ended.push(group);
    }
  }
}

/** The lease that claims a delivery claims it no longer. */
function leaveLease({ leases }: AccountPart, { delivery: { leaseId = "" } }: Taken): void {
  const lease = leases.get(leaseId);
  if (lease === undefined) return;
  lease.claimedCount -= 1;
  if (lease.claimedCount === 0) leases.delete(leaseId);
}

const NOWHERE = { rowId: undefined, grantRow: undefined };

function nameOf({ appid, number }: Pick<Starts, "appid" | "number">): string {
  return `${appid} ${number}`;
}
