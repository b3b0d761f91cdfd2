import type { AppId } from "@yici/protocol";
import type { GrantRow, StandingDelivery } from "./standing-delivery.ts";

/** A delivery that this process has claimed, with all that its next round looks at. */
export interface RememberedDelivery extends StandingDelivery {
  /** The grant it holds. */
  readonly grant: GrantRow;
  /** What it was claimed together with: the lease's id, or the start's. `undefined`: not known. */
  readonly group: string | undefined;
}

/** What a commit did to claims. */
export interface ClaimChanges {
  /** Claimed since, or claimed still and read anew. */
  readonly taken: readonly RememberedDelivery[];
  /** Claimed no more. */
  readonly released: readonly string[];
}

interface AccountMemory {
  readonly touched: number;
  readonly deliveries: Map<string, RememberedDelivery>;
  readonly groups: Map<string, Set<string>>;
}

/**
 * What this process has leased and begun and has not settled, as it wrote it itself: its rounds need not read it again.
 * Whoever holds an account's state and changes what another has claimed counts that in the state's row: so whoever takes
 * that lock sees by the count whether what it remembers still stands.
 */
export class Remembered {
  readonly #accounts = new Map<AppId, AccountMemory>();

  find(appid: AppId, messageId: string): RememberedDelivery | undefined {
    return this.#accounts.get(appid)?.deliveries.get(messageId);
  }

  /** What of one lease, or of one start, is still claimed by it. */
  listGroup(appid: AppId, group: string): ReadonlySet<string> {
    return this.#accounts.get(appid)?.groups.get(group) ?? NOBODY;
  }

  /** Forgets an account unless its count, read under its lock, is still the one that is remembered. */
  compare(appid: AppId, touched: number): boolean {
    const isSame = this.#accounts.get(appid)?.touched === touched;
    if (!isSame) this.forget(appid);
    return isSame;
  }

  forget(appid: AppId): void {
    this.#accounts.delete(appid);
  }

  /** Takes note of what was committed under an account's lock; its count is `touched` from then on. */
  note(appid: AppId, { taken, released }: ClaimChanges, touched: number): void {
    const memory = this.#accounts.get(appid);
    const deliveries = memory?.deliveries ?? new Map<string, RememberedDelivery>();
    const groups = memory?.groups ?? new Map<string, Set<string>>();
    this.#accounts.set(appid, { touched, deliveries, groups });
    for (const messageId of released) leave({ touched, deliveries, groups }, messageId);
    for (const one of taken) {
      const { messageId } = one.terms;
      leave({ touched, deliveries, groups }, messageId);
      deliveries.set(messageId, one);
      if (one.group === undefined) continue;
      const group = groups.get(one.group) ?? new Set<string>();
      groups.set(one.group, group.add(messageId));
    }
  }
}

const NOBODY: ReadonlySet<string> = new Set();

function leave({ deliveries, groups }: AccountMemory, messageId: string): void {
  const group = deliveries.get(messageId)?.group;
  deliveries.delete(messageId);
  if (group === undefined) return;
  const members = groups.get(group);
  members?.delete(messageId);
  if (members?.size === 0) groups.delete(group);
}
