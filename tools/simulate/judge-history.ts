import { gatherAftermath } from "./aftermath.ts";
import { countDuplicates, DELIVERY_INVARIANTS } from "./delivery-invariants.ts";
import { GRANT_INVARIANTS } from "./grant-invariants.ts";
import type { PlayGround } from "./play-ground.ts";

/** What is counted of a history that has ended. */
export interface Judgement {
  /** How many messages ended in each state. */
  readonly endings: ReadonlyMap<string, number>;
  /** How many confirmations had each effect. */
  readonly effects: ReadonlyMap<string, number>;
  /** Answers that came when the lease was over. */
  readonly lateCount: number;
  /** Messages that came twice because nobody told the gateway of a confirmation in between. */
  readonly duplicateCount: number;
}

const INVARIANTS = { ...DELIVERY_INVARIANTS, ...GRANT_INVARIANTS };

/** Holds everything that was promised against what both sides have on record; what does not hold is a violation. */
export async function judgeHistory(ground: PlayGround): Promise<Judgement> {
  const aftermath = await gatherAftermath(ground);
  const { record } = ground;
  for (const { text, report, copies } of aftermath.messages) {
    record.note("end", () => `${text} is ${report.delivery.state}, ${copies.length} on the phone`);
  }
  for (const [rule, findBroken] of Object.entries(INVARIANTS)) {
    for (const what of findBroken(aftermath)) record.violate(rule, what);
  }
  return {
    endings: count(aftermath.messages.map(({ report }) => report.delivery.state)),
    effects: count(
      aftermath.slots.flatMap(({ report }) => report.confirmations).map(({ effect }) => effect),
    ),
    lateCount: aftermath.messages
      .flatMap(({ report }) => report.attempts)
      .filter(({ isLate }) => isLate).length,
    duplicateCount: countDuplicates(aftermath),
  };
}

function count(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
