import type { AppId } from "@yici/protocol";
import type { AccountState } from "../../deliveries/account-state.ts";
import { Distrust } from "./distrust.ts";
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

/** The state of an account as it was last read or written under its lock. */
export interface KnownAccount {
  /** How often what somebody has claimed was changed by another road. */
  readonly touched: number;
  /** How often the state was changed. */
  readonly version: number;
  readonly account: AccountState | undefined;
}

interface AccountMemory extends KnownAccount {
  /** The version since which nothing but rounds of this process have changed it. */
  readonly roundsSince: number;
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
  /** Accounts whose states are not gone by unread. */
  readonly #distrust = new Distrust();

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

  /** Whether the account is known, and likely to be still what it was. */
  isKnown(appid: AppId): boolean {
    return this.#accounts.has(appid) && !this.#distrust.has(appid);
  }

  /** Whether what nobody had claimed at a version is as it was then, if the account is still what is remembered. */
  stands(appid: AppId, version: number): boolean {
    const { roundsSince = Infinity } = this.#accounts.get(appid) ?? {};
    return version >= roundsSince;
  }

  /** The account's state, if it is likely to be still what it was. */
  recall(appid: AppId): KnownAccount | undefined {
    const memory = this.#accounts.get(appid);
    if (memory === undefined || this.#distrust.ask(appid)) return undefined;
    const { touched, version, account } = memory;
    return { touched, version, account };
  }

  /** Another process changes the account as well: for a while its state is better read. */
  distrust(appid: AppId): void {
    this.#distrust.begin(appid);
  }

  /**
   * Takes note of what was committed under an account's lock, and of what the account came to. `isRound`: it touched what
   * this process had claimed, and nothing else.
   */
  note(
    appid: AppId,
    { taken, released }: ClaimChanges,
    { isRound, ...known }: KnownAccount & { readonly isRound: boolean },
  ): void {
    const { version } = known;
    const memory = this.#accounts.get(appid) ?? buildMemory(version);
    const { deliveries, groups } = memory;
    const roundsSince = isRound ? memory.roundsSince : version;
    const next = { ...known, roundsSince, deliveries, groups };
    this.#accounts.set(appid, next);
    for (const messageId of released) leave(next, messageId);
    for (const one of taken) {
      const { messageId } = one.terms;
      leave(next, messageId);
      deliveries.set(messageId, one);
      if (one.group === undefined) continue;
      const group = groups.get(one.group) ?? new Set<string>();
      groups.set(one.group, group.add(messageId));
    }
  }
}

function buildMemory(
  version: number,
): Pick<AccountMemory, "deliveries" | "groups" | "roundsSince"> {
  return { deliveries: new Map(), groups: new Map(), roundsSince: version };
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
