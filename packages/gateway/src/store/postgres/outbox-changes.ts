import type { EpochMs } from "@yici/protocol";
import type { Attempt, Delivery } from "../../deliveries/delivery.ts";
import type { Outgoing } from "../rows.ts";
import type { ClaimChanges, RememberedDelivery } from "./remembered.ts";
import {
  type GrantRow,
  rowOfClaimed,
  type StandingDelivery,
  type StoredDelivery,
} from "./standing-delivery.ts";

/** Deliveries leased at once, each at the turn it is at. */
export interface LeaseGroup {
  readonly leaseId: string;
  readonly expiresAt: EpochMs;
  readonly messageIds: string[];
  readonly turns: number[];
}

/** Deliveries whose attempts began at once under one lease. */
export interface StartGroup extends Omit<LeaseGroup, "expiresAt"> {
  /** Names the group: its first delivery, at its turn. */
  readonly firstId: string;
  readonly leaseExpiresAt: EpochMs;
  readonly startedAt: EpochMs;
}

/** A delivery as a batch found it. */
export interface FoundDelivery extends StandingDelivery {
  /** What it was claimed together with, where that is known. */
  readonly group: string | undefined;
}

/** A delivery of a batch, before its facts and after them. */
export interface OutboxEntry {
  /** `undefined`: it was taken on in the batch. */
  readonly before: FoundDelivery | undefined;
  readonly outgoing: Outgoing;
  readonly isChanged: boolean;
  /** What it holds. */
  readonly grant: GrantRow | undefined;
  /** The attempt that is in flight now. */
  readonly attempt: Attempt | undefined;
  /** All others, the first one first, and whether one of them is new here, or has changed. */
  readonly others: readonly Attempt[];
  readonly isOtherChanged: boolean;
}

/** What is to be written of deliveries, and what becomes of the claims on them. */
export class OutboxChanges implements ClaimChanges {
  readonly created: Outgoing[] = [];
  /** Rows that were there and changed. */
  readonly written: StoredDelivery[] = [];
  readonly taken: RememberedDelivery[] = [];
  readonly released: string[] = [];
  /** Leases that claim nothing any more. */
  readonly endedLeases: readonly string[];
  /** Starts of which nothing is being sent any more. */
  readonly endedStarts: readonly string[];
  readonly #leases = new Map<string, LeaseGroup>();
  readonly #starts = new Map<string, StartGroup>();
  /** Of leases and of starts that were there, how many have left. */
  readonly #leftLeases = new Map<string, number>();
  readonly #leftStarts = new Map<string, number>();

  /** `releases`: leases that are given back. */
  constructor(
    entries: readonly OutboxEntry[],
    {
      releases,
      listGroup,
    }: {
      readonly releases: readonly string[];
      readonly listGroup: (group: string) => ReadonlySet<string>;
    },
  ) {
    for (const entry of entries) this.#add(entry);
    for (const leaseId of releases) this.released.push(...listGroup(leaseId));
    const sizeOf = (group: string): number => listGroup(group).size;
    this.endedLeases = [...listEmptied(this.#leftLeases, sizeOf), ...releases];
    this.endedStarts = listEmptied(this.#leftStarts, sizeOf);
  }

  get leases(): readonly LeaseGroup[] {
    return [...this.#leases.values()];
  }

  get starts(): readonly StartGroup[] {
    return [...this.#starts.values()];
  }

  #add(entry: OutboxEntry): void {
    const { before, outgoing, isChanged, isOtherChanged } = entry;
    if (before === undefined) {
      if (isChanged) this.created.push(outgoing);
      return;
    }
    if (outgoing.delivery.leaseId !== undefined) this.#claim(entry, before);
    else if (isChanged || isOtherChanged) this.#release(entry, before);
  }

  #release({ outgoing, others }: OutboxEntry, before: FoundDelivery): void {
    const { terms, delivery } = outgoing;
    const { turn, place } = before.stored;
    this.written.push({ terms, delivery, turn: turn + 1, attempts: others, place });
    this.released.push(outgoing.terms.messageId);
    this.#leave(before);
  }

  #claim(entry: OutboxEntry, before: FoundDelivery): void {
    const { outgoing, grant, attempt } = entry;
    const stored = this.#store(entry, before.stored);
    const group = this.#group(outgoing.delivery, { ...entry, before });
    if (group !== before.group) this.#leave(before);
    if (grant === undefined) return;
    this.taken.push({ ...outgoing, stored, isClaimed: true, attempt, grant, group });
  }

  /** What a claimed delivery's row has to say, written if it says something else. */
  #store(
    { outgoing: { terms, delivery }, others, isOtherChanged }: OutboxEntry,
    before: StoredDelivery,
  ): StoredDelivery {
    const row = rowOfClaimed(delivery, before);
    if (!isOtherChanged && isSame(row, before.delivery)) return before;
    const stored = { terms, delivery: row, turn: before.turn, attempts: others };
    this.written.push({ ...stored, place: before.place });
    return stored; // Its row will have moved.
  }

  #group(
    { messageId, state, leaseId = "", leaseExpiresAt = 0 }: Delivery,
    { before, attempt }: { readonly before: FoundDelivery; readonly attempt: Attempt | undefined },
  ): string | undefined {
    const { turn } = before.stored;
    if (state === "sending") {
      if (before.attempt !== undefined || attempt === undefined) return before.group;
      const { startedAt } = attempt;
      const key = `${leaseId} ${startedAt}`;
      const group = this.#starts.get(key) ?? {
        firstId: `${messageId} ${turn}`,
        leaseId,
        leaseExpiresAt,
        startedAt,
        messageIds: [],
        turns: [],
      };
      this.#starts.set(key, join(group, messageId, turn));
      return group.firstId;
    }
    if (before.delivery.leaseId === leaseId) return before.group;
    const group = this.#leases.get(leaseId) ?? {
      leaseId,
      expiresAt: leaseExpiresAt,
      messageIds: [],
      turns: [],
    };
    this.#leases.set(leaseId, join(group, messageId, turn));
    return leaseId;
  }

  #leave({ group, attempt }: FoundDelivery): void {
    if (group === undefined) return;
    const left = attempt === undefined ? this.#leftLeases : this.#leftStarts;
    left.set(group, (left.get(group) ?? 0) + 1);
  }
}

function listEmptied(
  left: ReadonlyMap<string, number>,
  sizeOf: (group: string) => number,
): readonly string[] {
  return [...left].filter(([group, count]) => count === sizeOf(group)).map(([group]) => group);
}

function join<T extends LeaseGroup | StartGroup>(group: T, messageId: string, turn: number): T {
  group.messageIds.push(messageId);
  group.turns.push(turn);
  return group;
}

function isSame(one: Delivery, other: Delivery): boolean {
  const names = Object.keys(one) as (keyof Delivery)[];
  return names.every((name) => one[name] === other[name]);
}
