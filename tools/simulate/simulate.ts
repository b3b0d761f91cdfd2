import { type HistoryOutcome, playHistory } from "./play-history.ts";
import { openStage } from "./stage.ts";

/** One broken promise. */
export interface SimulatedViolation {
  readonly seed: number;
  /** The rule, and in what it does not hold. */
  readonly what: string;
}

/** What came of many histories. */
export interface Simulation {
  readonly seedCount: number;
  readonly violations: readonly SimulatedViolation[];
  readonly deliveryCount: number;
  /** Messages that came twice because nobody told the gateway of a confirmation in between. */
  readonly duplicateCount: number;
  /** Answers that came when the lease was over. */
  readonly lateCount: number;
  /** How many messages ended in each state. */
  readonly endings: Readonly<Record<string, number>>;
  /** How many confirmations had each effect. */
  readonly effects: Readonly<Record<string, number>>;
  /** How often each fault struck. */
  readonly faults: Readonly<Record<string, number>>;
}

export interface SimulationOptions {
  readonly from: number;
  readonly seedCount: number;
  /** Whether every history's log is kept; otherwise only of those that break a promise. Default false. */
  readonly isLogged?: boolean;
  /** Hears of each history that has a log; answering true ends the simulation. */
  readonly onLogged?: (outcome: HistoryOutcome) => boolean;
}

/** Plays one history for each seed from `from` on. */
export async function simulate({
  from,
  seedCount,
  isLogged = false,
  onLogged = () => false,
}: SimulationOptions): Promise<Simulation> {
  await using stage = await openStage();
  const violations: SimulatedViolation[] = [];
  const counts = {
    endings: new Map<string, number>(),
    effects: new Map<string, number>(),
    faults: new Map<string, number>(),
  };
  let [duplicateCount, lateCount] = [0, 0];
  let seed = from;
  for (let isOver = false; seed < from + seedCount && !isOver; seed += 1) {
    const outcome = await playHistory(stage, seed, isLogged);
    addAll(counts.endings, outcome.endings);
    addAll(counts.effects, outcome.effects);
    addAll(counts.faults, outcome.faults);
    duplicateCount += outcome.duplicateCount;
    lateCount += outcome.lateCount;
    violations.push(...outcome.violations.map((what) => ({ seed: outcome.seed, what })));
    if (isLogged) isOver = onLogged(outcome);
    // The same seed is the same history, so its log can be had afterwards.
    else if (outcome.violations.length > 0) isOver = onLogged(await playHistory(stage, seed, true));
  }
  return {
    seedCount: seed - from,
    violations,
    deliveryCount: counts.endings.get("delivered") ?? 0,
    duplicateCount,
    lateCount,
    endings: sort(counts.endings),
    effects: sort(counts.effects),
    faults: sort(counts.faults),
  };
}

function addAll(sums: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
}

function sort(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
