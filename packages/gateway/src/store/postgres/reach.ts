import type { SlotKey } from "../../grants/grant.ts";

/** What a fact may touch, said before it runs: its batch locks and reads that. Slots come with all that stands in them. */
export interface Reach {
  /** The account's state: pause, breaker, limits, alarm. */
  readonly isOfAccount?: boolean;
  readonly slots?: readonly SlotKey[];
  /** Messages whose deliveries are touched, and with them their slots. */
  readonly messageIds?: readonly string[];
  /** Those among them that are shown whole. */
  readonly contents?: readonly string[];
  readonly attempts?: readonly { readonly messageId: string; readonly number: number }[];
  /** Generations that are not their slots' last ones. */
  readonly grants?: readonly (SlotKey & { readonly generation: number })[];
  readonly nonces?: readonly string[];
  readonly keys?: readonly { readonly principal: string; readonly key: string }[];
  /** So many deliveries that may be leased. */
  readonly dueCount?: number;
  /** So many deliveries that time has closed. */
  readonly closedCount?: number;
}

/** What several facts may touch. */
export type JointReach = Required<Reach>;

export function joinReaches(reaches: readonly Reach[]): JointReach {
  return {
    isOfAccount: reaches.some(({ isOfAccount = false }) => isOfAccount),
    slots: reaches.flatMap(({ slots = [] }) => slots),
    messageIds: unique(reaches.flatMap(({ messageIds = [] }) => messageIds)),
    contents: unique(reaches.flatMap(({ contents = [] }) => contents)),
    attempts: reaches.flatMap(({ attempts = [] }) => attempts),
    grants: reaches.flatMap(({ grants = [] }) => grants),
    nonces: unique(reaches.flatMap(({ nonces = [] }) => nonces)),
    keys: reaches.flatMap(({ keys = [] }) => keys),
    dueCount: reaches.reduce((sum, { dueCount = 0 }) => sum + dueCount, 0),
    closedCount: reaches.reduce((most, { closedCount = 0 }) => Math.max(most, closedCount), 0),
  };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
