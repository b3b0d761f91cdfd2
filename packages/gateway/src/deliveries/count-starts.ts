/** What decides how many attempts a lane starts in one commit. */
export interface StartFacts {
  /** Connections that the lane may use now and does not. */
  readonly free: number;
  /** Connections that it may use at all. */
  readonly share: number;
  /** Sends that ended since the last commit was begun. */
  readonly endedCount: number;
  /** Attempts that are being started, or were and wait for a connection. */
  readonly startedCount: number;
}

/**
 * How many attempts to start: one for each free connection, and as many more as will find one until the next commit has
 * started others, if sends end as they did lately: while this commit is written, and while the next one is. So a slow
 * platform has next to nothing started ahead, and with a fast one no connection waits for the disk. Started and not sent
 * are never more than connections (rule 5).
 */
export function countStarts({ free, share, endedCount, startedCount }: StartFacts): number {
  return Math.max(Math.min(free + 2 * endedCount, share) - startedCount, 0);
}
