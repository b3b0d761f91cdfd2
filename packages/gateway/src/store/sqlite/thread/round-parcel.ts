import type { AppId, EpochMs } from "@yici/protocol";
import type { AttemptOutcome } from "../../../deliveries/delivery.ts";
import type {
  AttemptStart,
  Round,
  RoundOutcome,
  SettleOutcome,
  StartOutcome,
} from "../../ledger.ts";
import { isPlain, PLAIN_OUTCOME, restoreOutcome } from "../../plain-outcome.ts";

/** A round as it crosses between threads: each lease is told once, and what nearly every send comes to is left out. */
interface PackedRound {
  readonly now: EpochMs;
  readonly leases: readonly PackedLease[];
  readonly settlements: readonly PackedSettlement[];
  readonly starts: readonly PackedStart[];
}

type PackedLease = readonly [appid: AppId, leaseId: string];

/** `place`: of its lease among the leases. Without an outcome it was a plain one, and nothing is left to chance. */
type PackedSettlement = readonly [
  messageId: string,
  place: number,
  attemptNumber: number,
  outcome?: AttemptOutcome,
  chance?: number,
];

type PackedStart = readonly [messageId: string, place: number];

/** What came of a round: {@link DELIVERED} as a 0, and a start as its attempt's number. */
interface PackedRoundOutcome {
  readonly settled: readonly (SettleOutcome | 0)[];
  readonly started: readonly (StartOutcome | number)[];
}

const DELIVERED: SettleOutcome = {
  kind: "settled",
  state: "delivered",
  retryAt: undefined,
  isAccountPaused: false,
};

export function packRound({ now, settlements, starts }: Round): string {
  const leases: PackedLease[] = [];
  const packed: PackedRound = {
    now,
    leases,
    settlements: settlements.map((settlement) => {
      const { messageId, attemptNumber, chance, outcome } = settlement;
      const place = findPlace(leases, settlement);
      return isPlain(outcome) && chance === 0
        ? [messageId, place, attemptNumber]
        : [messageId, place, attemptNumber, outcome, chance];
    }),
    starts: starts.map((start) => [start.messageId, findPlace(leases, start)]),
  };
  return JSON.stringify(packed);
}

export function unpackRound(text: string): Round {
  const { now, leases, settlements, starts } = JSON.parse(text) as PackedRound;
  return {
    now,
    settlements: settlements.map(([messageId, place, attemptNumber, told, chance = 0]) => {
      const [appid, leaseId] = leaseAt(leases, place);
      const outcome = told === undefined ? PLAIN_OUTCOME : restoreOutcome(told);
      return { appid, messageId, attemptNumber, leaseId, outcome, chance };
    }),
    starts: starts.map(([messageId, place]) => {
      const [appid, leaseId] = leaseAt(leases, place);
      return { appid, messageId, leaseId };
    }),
  };
}

export function packRoundOutcome({ settled, started }: RoundOutcome): string {
  const packed: PackedRoundOutcome = {
    settled: settled.map((outcome) => (isDelivered(outcome) ? 0 : outcome)),
    started: started.map((outcome) =>
      outcome.kind === "started" ? outcome.attemptNumber : outcome,
    ),
  };
  return JSON.stringify(packed);
}

export function unpackRoundOutcome(text: string): RoundOutcome {
  const { settled, started } = JSON.parse(text) as PackedRoundOutcome;
  return {
    settled: settled.map((outcome) => (outcome === 0 ? DELIVERED : restoreRetryAt(outcome))),
    started: started.map((outcome) =>
      typeof outcome === "number" ? { kind: "started", attemptNumber: outcome } : outcome,
    ),
  };
}

/** The place of a lease in the list, which it is added to. A round has few, and the last is the likeliest. */
function findPlace(
  leases: PackedLease[],
  { appid, leaseId }: Pick<AttemptStart, "appid" | "leaseId">,
): number {
  const known = leases.findLastIndex(([ofAppid, id]) => id === leaseId && ofAppid === appid);
  return known === -1 ? leases.push([appid, leaseId]) - 1 : known;
}

function leaseAt(leases: readonly PackedLease[], place: number): PackedLease {
  const lease = leases[place];
  if (lease === undefined) throw new RangeError("a round names every lease");
  return lease;
}

function isDelivered(outcome: SettleOutcome): boolean {
  return (
    outcome.kind === "settled" &&
    outcome.state === "delivered" &&
    outcome.retryAt === undefined &&
    !outcome.isAccountPaused
  );
}

/** JSON leaves out what is undefined. */
function restoreRetryAt(outcome: SettleOutcome): SettleOutcome {
  return outcome.kind === "settled" ? { ...outcome, retryAt: outcome.retryAt } : outcome;
}
