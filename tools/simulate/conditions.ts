import type { Chance } from "../fuzz/chance.ts";

/** What can happen to a request on its way; `before` and `after` the platform has processed it. */
export const NETWORK_FAULTS = [
  "unsent",
  "lost_before",
  "lost_after",
  "garbled_before",
  "garbled_after",
  "errcode",
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** What can happen to a call of the store. */
export type StoreFault = "slow_store" | "commit_unknown";

/** What can happen to everybody. */
export type Mishap =
  | "crash"
  | "stall"
  | "rolling_restart"
  | "token_revoked"
  | "second_sender"
  | "person_refuses"
  | "outage";

/** What people and developers do, and when. */
export interface Calendar {
  /** How long faults go on. */
  readonly stormMs: number;
  /** How long people, developers and mishaps begin something new. */
  readonly actingMs: number;
  readonly visits: number;
  readonly orders: number;
}

/** How hard the world is on a history: a probability for each fault of a call, a count for each mishap. */
export interface Conditions {
  readonly calendar: Calendar;
  /** How long requests travel, at most, most of the time. */
  readonly paceMs: number;
  readonly network: Readonly<Record<NetworkFault, number>>;
  readonly store: Readonly<Record<StoreFault, number>>;
  readonly mishaps: Readonly<Record<Mishap, number>>;
}

/**
 * Draws conditions. Each fault is left out of some histories and heavy in others: what hides behind a frequent fault
 * shows where that is missing.
 */
export function drawConditions(chance: Chance): Conditions {
  const rate = (most: number): number => (chance.hits(0.45) ? 0 : chance.next() ** 2 * most);
  const count = (most: number): number => (chance.hits(0.5) ? 0 : 1 + chance.below(most));
  const calendar = drawCalendar(chance);
  const isLong = calendar.stormMs > calendar.actingMs;
  return {
    calendar,
    paceMs: chance.pick([50, 500, 4_000]),
    network: {
      unsent: rate(0.3),
      lost_before: rate(0.5),
      lost_after: rate(0.6),
      garbled_before: rate(0.2),
      garbled_after: rate(0.2),
      errcode: rate(0.9),
    },
    store: { slow_store: rate(0.06), commit_unknown: rate(0.06) },
    mishaps: {
      crash: count(4),
      stall: count(4),
      rolling_restart: count(2),
      token_revoked: count(2),
      second_sender: count(3),
      person_refuses: count(2),
      // What lasts long is what few people are needed to see.
      outage: isLong ? 1 : count(2),
    },
  };
}

const MINUTE_MS = 60_000;

/** Mostly much at once; now and then a few messages and a long time, or something all the time. */
function drawCalendar(chance: Chance): Calendar {
  const visits = chance.pick([4, 8, 16]);
  const orders = 6 + chance.below(8);
  if (chance.hits(0.6)) {
    const stormMs = chance.pick([MINUTE_MS / 2, 2 * MINUTE_MS]);
    return { stormMs, actingMs: stormMs, visits, orders };
  }
  if (chance.hits(0.25)) {
    return { stormMs: 15 * MINUTE_MS, actingMs: 15 * MINUTE_MS, visits, orders };
  }
  const few = { visits: 2 + chance.below(3), orders: 3 + chance.below(3) };
  return { stormMs: 30 * MINUTE_MS, actingMs: 2 * MINUTE_MS, ...few };
}

/** A world in which nothing goes wrong any more. */
export function calm(conditions: Conditions): Conditions {
  return {
    ...conditions,
    network: {
      unsent: 0,
      lost_before: 0,
      lost_after: 0,
      garbled_before: 0,
      garbled_after: 0,
      errcode: 0,
    },
    store: { slow_store: 0, commit_unknown: 0 },
  };
}
