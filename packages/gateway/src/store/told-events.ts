import type { AppId, EpochMs } from "@yici/protocol";
import type { LedgerEvent, LedgerEventType } from "./ledger.ts";
import type { NewEvent } from "./rows.ts";

/** Events in one row at most: a reader who wants few of them reads all. */
export const EVENTS_IN_ROW = 64;

/** An event as its row holds it: the rows of an account hold several that follow one another. */
export type ToldEvent = readonly [type: LedgerEventType, at: EpochMs, facts: LedgerEvent["facts"]];

/** Events that follow one another, as JSON without a line's end. What is undefined in their facts is not told. */
export function writeEvents(events: readonly NewEvent[]): string {
  return JSON.stringify(events.map(({ type, at, facts }) => [type, at, facts]));
}

/** The events of one row, oldest first; `last` is the number of its last one. */
export function readEvents(
  appid: AppId,
  last: number,
  told: readonly ToldEvent[],
): readonly LedgerEvent[] {
  const before = last - told.length;
  return told.map(([type, at, facts], index) => {
    return { appid, number: before + index + 1, type, at, facts };
  });
}
