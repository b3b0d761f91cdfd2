/** Every number that tokens go by. */
export const TOKEN_LIMITS = {
  /** How long one question for a token may take. */
  askMs: 10_000,
  /** How often it is looked whether the process that asks for a token has it. */
  waitMs: 200,
  /** A new token is asked for this long before the old one ends: old and new both work during the last five minutes. */
  refreshAheadMs: 4 * 60_000,
  /** After a failed question the next one waits between half and all of the shortest wait, doubled each time, up to the longest. */
  failureBaseMs: 1_000,
  failureMaxMs: 30_000,
  /** A third-party platform's own token is not used for its last minutes. */
  componentSpareMs: 5 * 60_000,
} as const;
