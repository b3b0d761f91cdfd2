/** What bounds a platform. Nothing here grows, waits or lasts without end. */
export const LIMITS = {
  accountsMax: 100,
  peopleMax: 10_000,
  /** Openids whose person and stance are kept in memory. */
  recipientsRememberedMax: 10_000,
  /** Calls and pushes whose messages are kept, of all people together; the oldest go first. */
  messagesMax: 1_000_000,
  /** Calls and pushes that the journal tells of; the oldest go first. */
  journalMax: 100_000,
  /** Refused calls kept word for word; of the ones before, the journal keeps its line alone. */
  transcriptsMax: 10_000,
  /** Characters kept of such a call's query, and of its body. */
  transcriptQueryMax: 1_024,
  transcriptBodyMax: 2_048,
  /** Tokens kept of one account and kind, those that ended included; the oldest go first. */
  tokensMax: 1_000,
  /** Tokens kept in memory. */
  tokensRememberedMax: 1_000,
  /** OAuth codes kept, used and expired ones included; the oldest go first. */
  oauthCodesMax: 10_000,
  /** Days for which usage is kept. */
  usageDays: 31,
  faultsMax: 1_000,
  componentsMax: 100,
  /** Tickets, tokens and codes kept of all components together; the oldest go first. */
  componentCredentialsMax: 10_000,
  /** Pushes under way to developers' servers. */
  pushesMax: 1_000,
  /** Bytes read of what a developer's server answers to a push. */
  pushAnswerBytesMax: 65_536,
  /** Bytes of a request's body. */
  bodyBytesMax: 1_048_576,
  /** Bytes of a snapshot that is imported. */
  snapshotBytesMax: 268_435_456,
  /** Connections that faults keep open without an answer; the oldest is broken first. */
  unansweredMax: 1_000,
  /** The latest instant that the clock is put forward to: 2100-01-01T00:00:00Z, in epoch milliseconds. */
  clockEndsAt: 4_102_444_800_000,
  /** How long a stop waits for calls that are being answered, in milliseconds. */
  stopGraceMs: 2_000,
} as const;
