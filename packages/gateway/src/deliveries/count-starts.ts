/** What decides how many attempts a lane starts in one commit. */
export interface StartFacts {
  /** Connections that the lane may use now and does not. */
  readonly free: number;
  /** Connections that it may use at all. */
  readonly share: number;
  /** Sends that ended since the last commit was begun. */
  readonly endedCount: number;
  /** Attempts that were started and wait for a connection. */
  readonly startedCount: number;
}

/**
 * How many attempts to start: one for each free connection, and as many more as will find one until the commit after
 * this one is written, if sends end as they did lately. What was started before goes out while this commit is written,
 * and what this one starts while the next is: twice what ends in one commit's time, or connections would wait for the
 * disk every other time. So a slow platform has next to nothing started ahead, and a fast one is not kept waiting.
 * Started and not sent are never more than connections (rule 5).
 */
export function countStarts({ free, share, endedCount, startedCount }: StartFacts): number {
  return Math.max(Math.min(free + 2 * endedCount, share) - startedCount, 0);
}
