import type { SlotKey } from "../../grants/grant.ts";
import type { RememberedDelivery } from "./remembered.ts";

/** What a fact may touch, said before it runs: its batch locks and reads that. Slots come with their last grants. */
export interface Reach {
  /** The account's state: pause, breaker, limits, alarm. */
  readonly isOfAccount?: boolean;
  readonly slots?: readonly SlotKey[];
  /** Slots whose grants may change hands: read with the delivery that holds the grant and those that wait for it. */
  readonly stirred?: readonly SlotKey[];
  /** Messages whose deliveries are touched, and with them their slots, stirred. Only with the account's state. */
  readonly messageIds?: readonly string[];
  /** The same for messages of a round: what this process has claimed and remembers is not read. */
  readonly carried?: readonly string[];
  /** Messages that are shown whole. */
  readonly contents?: readonly string[];
  /** Of carried messages: where it is not the attempt in flight that is meant, they are read after all. */
  readonly attempts?: readonly { readonly messageId: string; readonly number: number }[];
  /** Generations that are not their slots' last ones. */
  readonly grants?: readonly (SlotKey & { readonly generation: number })[];
  readonly nonces?: readonly string[];
  readonly keys?: readonly { readonly principal: string; readonly key: string }[];
  /** So many deliveries that may be leased. */
  readonly dueCount?: number;
  /** Leases that are given back. */
  readonly releases?: readonly string[];
  /** So many deliveries that time has closed. */
  readonly closedCount?: number;
}

/** What several facts may touch. */
export type JointReach = Required<Reach>;

export function joinReaches(reaches: readonly Reach[]): JointReach {
  return {
    isOfAccount: reaches.some(({ isOfAccount = false }) => isOfAccount),
    slots: reaches.flatMap(({ slots = [] }) => slots),
    stirred: reaches.flatMap(({ stirred = [] }) => stirred),
    releases: reaches.flatMap(({ releases = [] }) => releases),
    messageIds: unique(reaches.flatMap(({ messageIds = [] }) => messageIds)),
    carried: unique(reaches.flatMap(({ carried = [] }) => carried)),
    contents: unique(reaches.flatMap(({ contents = [] }) => contents)),
    attempts: reaches.flatMap(({ attempts = [] }) => attempts),
    grants: reaches.flatMap(({ grants = [] }) => grants),
    nonces: unique(reaches.flatMap(({ nonces = [] }) => nonces)),
    keys: reaches.flatMap(({ keys = [] }) => keys),
    dueCount: reaches.reduce((sum, { dueCount = 0 }) => sum + dueCount, 0),
    closedCount: reaches.reduce((most, { closedCount = 0 }) => Math.max(most, closedCount), 0),
  };
}

/** What is left to be read beside what is remembered. */
export function withoutRecalled(
  reach: JointReach,
  recalled: readonly RememberedDelivery[],
): JointReach {
  const known = new Set(recalled.map(({ terms }) => terms.messageId));
  const carried = reach.carried.filter((messageId) => !known.has(messageId));
  return { ...reach, attempts: [], carried };
}

/** Whether nothing is to be read but the account's state. */
export function isRoundAlone(reach: JointReach): boolean {
  return reach.isOfAccount && isNothing({ ...reach, isOfAccount: false });
}

/** Whether nothing is touched but slots, with nobody who holds their grants or waits for them, and nonces. */
export function isOfSlotsAlone(reach: JointReach): boolean {
  return isNothing({ ...reach, stirred: [], nonces: [] });
}

function isNothing({ isOfAccount, dueCount, closedCount, ...lists }: JointReach): boolean {
  const isEmpty = Object.values(lists).every(({ length }) => length === 0);
  return isEmpty && !isOfAccount && dueCount + closedCount === 0;
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
