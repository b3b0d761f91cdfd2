import { type Aftermath, gatherAftermath } from "./aftermath.ts";
import { countDuplicates, DELIVERY_INVARIANTS } from "./delivery-invariants.ts";
import { GRANT_INVARIANTS } from "./grant-invariants.ts";
import type { PlayGround } from "./play-ground.ts";

/** What is counted of a history that has ended. */
export interface Judgement {
  readonly endings: ReadonlyMap<string, number>;
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
  return { endings: countEndings(aftermath), duplicateCount: countDuplicates(aftermath) };
}

function countEndings({ messages }: Aftermath): ReadonlyMap<string, number> {
  const endings = new Map<string, number>();
  for (const { report } of messages) {
    const { state } = report.delivery;
    endings.set(state, (endings.get(state) ?? 0) + 1);
  }
  return endings;
}
