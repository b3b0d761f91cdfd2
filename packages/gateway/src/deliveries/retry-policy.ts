import type { EpochMs } from "@yici/protocol";

/** How long an account stands still: for a time, until the platform's next day, or until an operator decides. */
export type PauseLength = number | "platform_day" | "operator";

/** What an account's fault means for all its deliveries. */
export interface PauseRule {
  /** A stable word for programs. */
  readonly reason: string;
  readonly length: PauseLength;
}

/** Every number that the ledger and the outbox go by. */
export interface RetryPolicy {
  /** Counted attempts of one delivery. */
  readonly attemptsMax: number;
  /** Full jitter: a retry waits between 0 and base × 2^(attempts − 1), never more than the maximum. */
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  /** How long a worker's claim lasts, and the longest a worker may ask for. */
  readonly leaseMs: number;
  readonly leaseMaxMs: number;
  /** How long after an unanswered attempt its delivery may be tried again. */
  readonly doubtWindowMs: number;
  /** How long after it is due a message may still be sent, where the caller names no deadline. */
  readonly deadlineMs: number;
  /** Token faults in a row that blame the account. */
  readonly tokenFaultsMax: number;
  /** Too many 43101 among the first attempts on well-founded grants blame the account. */
  readonly refusalAlarm: {
    readonly windowMs: number;
    /** First attempts within the window before the share means anything. */
    readonly attemptsMin: number;
    /** The share of refusals, 0 to 1, that is one too many when passed. */
    readonly shareMax: number;
    readonly pause: PauseRule;
  };
  /** By errcode, of sends and of token calls. */
  readonly pauses: Readonly<Record<number, PauseRule>>;
  /** Account faults that the table does not name. */
  readonly otherPause: PauseRule;
  /** After a token was refused `tokenFaultsMax` times in a row. */
  readonly tokenPause: PauseRule;
  /** How often the platform is asked whether an account without quota has some again. */
  readonly quotaWatchMs: number;
  /** When trouble of a platform keeps an account's sends back. */
  readonly breaker: {
    /** Sends in a row that met trouble, from which on it is open. */
    readonly troublesMax: number;
    /** How long it opens; twice as long for each further trouble, never longer than the maximum. */
    readonly openMs: number;
    readonly openMaxMs: number;
    /** How long one send that tries the platform keeps the next one back. */
    readonly tryMs: number;
  };
  /** Of an account's limit of sends a second: so many milliseconds' worth may be sent at once. */
  readonly rateBurstMs: number;
  /** How long a send waits that found an account's limit of sends in flight reached. */
  readonly crowdedMs: number;
  /** Messages that may wait for a grant of one slot. */
  readonly waitingMax: number;
  /** How long an accepted `Idempotency-Key` is remembered. */
  readonly idempotencyLifeMs: number;
  /** How long a used nonce is remembered; longer than `reserved` lives. */
  readonly nonceLifeMs: number;
  readonly eventLifeMs: number;
  /** How long ended messages are kept, with their attempts. */
  readonly messageLifeMs: number;
  /** Confirmations kept of one slot, and generations, the newest. */
  readonly slotHistoryMax: number;
  /** How often old rows are looked for, and how many of each table go at once. */
  readonly pruneEveryMs: number;
  readonly pruneMax: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The defaults. With them a platform that cannot be reached is tried for about five hours. */
export const RETRY_POLICY: RetryPolicy = {
  attemptsMax: 20,
  backoffBaseMs: SECOND_MS,
  backoffMaxMs: HOUR_MS,
  leaseMs: 30 * SECOND_MS,
  leaseMaxMs: 10 * MINUTE_MS,
  doubtWindowMs: 10 * MINUTE_MS,
  deadlineMs: 7 * DAY_MS,
  tokenFaultsMax: 2,
  refusalAlarm: {
    windowMs: HOUR_MS,
    attemptsMin: 20,
    shareMax: 0.5,
    pause: { reason: "grants_refused", length: "operator" },
  },
  pauses: {
    40001: { reason: "credentials_refused", length: "operator" },
    40002: { reason: "call_refused", length: "operator" },
    40013: { reason: "credentials_refused", length: "operator" },
    40036: { reason: "template_refused", length: "operator" },
    40037: { reason: "template_refused", length: "operator" },
    40125: { reason: "credentials_refused", length: "operator" },
    40164: { reason: "address_not_allowed", length: "operator" },
    40243: { reason: "credentials_refused", length: "operator" },
    41002: { reason: "call_refused", length: "operator" },
    41004: { reason: "credentials_refused", length: "operator" },
    41018: { reason: "call_refused", length: "operator" },
    43001: { reason: "call_refused", length: "operator" },
    43002: { reason: "call_refused", length: "operator" },
    43003: { reason: "https_required", length: "operator" },
    44002: { reason: "call_refused", length: "operator" },
    45009: { reason: "quota_exhausted", length: "platform_day" },
    45011: { reason: "rate_limited", length: MINUTE_MS },
    45035: { reason: "address_not_allowed", length: "operator" },
    47001: { reason: "call_refused", length: "operator" },
    48001: { reason: "api_unauthorized", length: "operator" },
    48004: { reason: "api_forbidden", length: "operator" },
    48008: { reason: "api_unauthorized", length: "operator" },
    48017: { reason: "api_forbidden", length: "operator" },
    50002: { reason: "account_restricted", length: "operator" },
    50004: { reason: "account_restricted", length: "operator" },
    50007: { reason: "account_restricted", length: "operator" },
    61003: { reason: "authorization_missing", length: "operator" },
    61004: { reason: "address_not_allowed", length: "operator" },
    61005: { reason: "authorization_missing", length: "operator" },
    61006: { reason: "authorization_missing", length: "operator" },
    61007: { reason: "authorization_missing", length: "operator" },
    61023: { reason: "authorization_missing", length: "operator" },
    89501: { reason: "address_unconfirmed", length: 10 * MINUTE_MS },
    89503: { reason: "address_unconfirmed", length: 10 * MINUTE_MS },
    89506: { reason: "address_refused", length: DAY_MS },
    89507: { reason: "address_refused", length: HOUR_MS },
  },
  otherPause: { reason: "account_refused", length: "operator" },
  tokenPause: { reason: "token_refused", length: 10 * MINUTE_MS },
  quotaWatchMs: HOUR_MS,
  breaker: {
    troublesMax: 10,
    openMs: 5 * SECOND_MS,
    openMaxMs: 5 * MINUTE_MS,
    tryMs: 30 * SECOND_MS,
  },
  rateBurstMs: 200,
  crowdedMs: 100,
  waitingMax: 100,
  idempotencyLifeMs: 2 * DAY_MS,
  nonceLifeMs: 2 * DAY_MS,
  eventLifeMs: 30 * DAY_MS,
  messageLifeMs: 180 * DAY_MS,
  slotHistoryMax: 50,
  pruneEveryMs: MINUTE_MS,
  pruneMax: 5_000,
};

/** When the next try is due after `attempts` counted ones. 0 ≤ chance < 1. */
export function backOff(
  attempts: number,
  chance: number,
  now: EpochMs,
  policy: RetryPolicy,
): EpochMs {
  const ceilingMs = Math.min(
    policy.backoffBaseMs * 2 ** Math.max(attempts - 1, 0),
    policy.backoffMaxMs,
  );
  return now + Math.floor(chance * ceilingMs);
}

/** The platform counts its days in UTC+8, all year. */
const PLATFORM_OFFSET_MS = 8 * HOUR_MS;

/** When a pause that begins now ends; `undefined`: when an operator says so. */
export function endOfPause(length: PauseLength, now: EpochMs): EpochMs | undefined {
  if (length === "operator") return undefined;
  if (length !== "platform_day") return now + length;
  const platformDay = Math.floor((now + PLATFORM_OFFSET_MS) / DAY_MS);
  return (platformDay + 1) * DAY_MS - PLATFORM_OFFSET_MS;
}
