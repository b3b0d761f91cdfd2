import type { AppId, EpochMs } from "@yici/protocol";
import { isAtLeast, type Grant } from "../grants/grant.ts";
import type { WhenInDoubt } from "../messages/message.ts";
import {
  type Breaker,
  breakerAfter,
  CLOSED_BREAKER,
  type AttemptEnd,
  isPassable,
  withPassed,
} from "./breaker.ts";
import { type AttemptOutcome, type Delivery, isInDoubt } from "./delivery.ts";
import type { Finding } from "./finding.ts";
import { endOfPause, type PauseRule, type RetryPolicy } from "./retry-policy.ts";
import {
  countAllowed,
  findAllowedAt,
  NO_LIMITS,
  NO_LOAD,
  type SendLimits,
  type SendLoad,
  withoutSend,
  withSend,
} from "./send-limits.ts";

/** Why an account's deliveries stand still. */
export interface Pause {
  /** A stable word, for example `token_refused`, `quota_exhausted`, `api_unauthorized`, `operator`. */
  readonly reason: string;
  readonly errcode: number | undefined;
  /** What the platform said, or an operator. */
  readonly detail: string;
  readonly pausedAt: EpochMs;
  /** `undefined`: until an operator resumes it. */
  readonly until: EpochMs | undefined;
}

/** How first attempts on well-founded grants were answered within one window. */
export interface RefusalTally {
  readonly startedAt: EpochMs;
  readonly attempts: number;
  readonly refusals: number;
}

/** What all deliveries of an account have in common; one row, so that every process keeps the same. */
export interface AccountState {
  readonly appid: AppId;
  readonly whenInDoubt: WhenInDoubt;
  readonly limits: SendLimits;
  readonly load: SendLoad;
  readonly breaker: Breaker;
  readonly pause: Pause | undefined;
  /** Since when refused grants blame the account; `undefined`: they do not. */
  readonly alarmedAt: EpochMs | undefined;
  readonly tally: RefusalTally;
}

/** The state of an account that nothing has happened to yet. */
export function buildFreshState(appid: AppId): AccountState {
  return {
    appid,
    whenInDoubt: "retry",
    limits: NO_LIMITS,
    load: NO_LOAD,
    breaker: CLOSED_BREAKER,
    pause: undefined,
    alarmedAt: undefined,
    tally: { startedAt: 0, attempts: 0, refusals: 0 },
  };
}

/** Whether the account stands still at `now`. */
export function isPaused({ pause }: Pick<AccountState, "pause">, now: EpochMs): boolean {
  return pause !== undefined && (pause.until === undefined || pause.until > now);
}

/** The account with a pause. One that is in force stays, unless the new one lasts longer. */
export function withPause(account: AccountState, pause: Pause, now: EpochMs): AccountState {
  if (account.pause === undefined || !isPaused(account, now)) return { ...account, pause };
  return endsLater(pause, account.pause) ? { ...account, pause } : account;
}

/** The account as an operator, or time, sets it going again: alarms, counts and breaker start anew. */
export function withoutPause(account: AccountState, now: EpochMs): AccountState {
  return {
    ...account,
    pause: undefined,
    alarmedAt: undefined,
    breaker: CLOSED_BREAKER,
    tally: { startedAt: now, attempts: 0, refusals: 0 },
  };
}

/** The pause that a rule asks for. */
export function buildPause(
  rule: PauseRule,
  facts: { readonly errcode: number | undefined; readonly detail: string },
  now: EpochMs,
): Pause {
  return { reason: rule.reason, ...facts, pausedAt: now, until: endOfPause(rule.length, now) };
}

/** The rule by which an errcode of an account's fault pauses the account. */
export function findPauseRule(errcode: number | undefined, policy: RetryPolicy): PauseRule {
  return (errcode === undefined ? undefined : policy.pauses[errcode]) ?? policy.otherPause;
}

/** How many sends more of the account may begin now: none or a whole number, or `Infinity`. */
export function countAdmissible(account: AccountState, now: EpochMs, policy: RetryPolicy): number {
  if (isPaused(account, now) || !isPassable(account.breaker, now)) return 0;
  const allowed = countAllowed(account.limits, account.load, now, policy);
  return account.breaker.opening === undefined ? allowed : Math.min(allowed, 1);
}

/** Whether one send of an account that is not paused may begin. */
export type Admission =
  | { readonly kind: "admitted"; readonly account: AccountState }
  /** Not before `until`, and then perhaps not either. */
  | { readonly kind: "deferred"; readonly until: EpochMs };

/** Lets one send begin and counts it, unless the breaker or a limit keeps it back. */
export function admitSend(account: AccountState, now: EpochMs, policy: RetryPolicy): Admission {
  const { limits, load, breaker } = account;
  if (!isPassable(breaker, now)) {
    return { kind: "deferred", until: breaker.opening?.until ?? now };
  }
  if (countAllowed(limits, load, now, policy) < 1) {
    return { kind: "deferred", until: findAllowedAt(limits, load, now, policy) };
  }
  return {
    kind: "admitted",
    account: {
      ...account,
      load: withSend(limits, load, now),
      breaker: withPassed(breaker, now, policy),
    },
  };
}

/** The account when one of its deliveries is no longer `sending`. */
export function withSendOver(account: AccountState): AccountState {
  return { ...account, load: withoutSend(account.load) };
}

/** An attempt that is being settled: what was sent, with what, and what came of it. */
export interface SentAttempt {
  readonly finding: Finding;
  readonly attempt: AttemptEnd;
  /** As it was before the attempt is settled. */
  readonly delivery: Delivery;
  readonly grant: Grant;
}

/** What an attempt that was in flight does to all deliveries of its account: counts, breaker, alarms and pauses. */
export function accountAfter(
  account: AccountState,
  sent: SentAttempt,
  now: EpochMs,
  policy: RetryPolicy,
): AccountState {
  const breaker = breakerAfter(account.breaker, sent.attempt, now, policy);
  const counted = { ...withSendOver(countRefusal(account, sent, now, policy)), breaker };
  const isAlarm = counted.alarmedAt !== undefined && account.alarmedAt === undefined;
  const rule = isAlarm ? policy.refusalAlarm.pause : findPauseFor(sent, policy);
  if (rule === undefined) return counted;
  const errcode = sent.finding.kind === "refused" ? sent.finding.errcode : undefined;
  const detail = describe(sent.attempt.outcome);
  return withPause(counted, buildPause(rule, { errcode, detail }, now), now);
}

/** The platform's words, or ours where it said nothing. */
function describe(outcome: AttemptOutcome): string {
  return outcome.kind === "answered" ? outcome.errmsg : outcome.reason;
}

/** The pause that a finding asks for: by an account's fault, or by token faults in a row. */
function findPauseFor(
  { finding, delivery }: Pick<SentAttempt, "finding" | "delivery">,
  policy: RetryPolicy,
): PauseRule | undefined {
  if (finding.kind !== "refused") return undefined;
  if (finding.fault === "account") return findPauseRule(finding.errcode, policy);
  const isTokenToBlame =
    finding.fault === "token" && delivery.tokenFaults + 1 >= policy.tokenFaultsMax;
  return isTokenToBlame ? policy.tokenPause : undefined;
}

/**
 * Counts what an attempt says about the account's grants, and raises the alarm when too many well-founded ones are
 * refused: then something is wrong with the account, not with the people.
 */
function countRefusal(
  account: AccountState,
  sent: SentAttempt,
  now: EpochMs,
  policy: RetryPolicy,
): AccountState {
  if (!isTelling(sent)) return account;
  const { windowMs, attemptsMin, shareMax } = policy.refusalAlarm;
  const isOver = now >= account.tally.startedAt + windowMs;
  const tally = isOver ? { startedAt: now, attempts: 0, refusals: 0 } : account.tally;
  const attempts = tally.attempts + 1;
  const refusals = tally.refusals + (sent.finding.kind === "ok" ? 0 : 1);
  const isAlarm = attempts >= attemptsMin && refusals > attempts * shareMax;
  return {
    ...account,
    tally: { startedAt: tally.startedAt, attempts, refusals },
    alarmedAt: account.alarmedAt ?? (isAlarm ? now : undefined),
  };
}

/** Only a first attempt on a grant that should be there, answered yes or no, tells something of an account's grants. */
function isTelling({ finding, delivery, grant }: SentAttempt): boolean {
  const isAnswer =
    finding.kind === "ok" || (finding.kind === "refused" && finding.fault === "grant");
  const isFirst = delivery.countedAttempts === 0 && !isInDoubt(delivery);
  return isAnswer && isFirst && !grant.isMaybeSpent && isAtLeast(grant.evidence, "bound");
}

function endsLater(next: Pause, current: Pause): boolean {
  if (current.until === undefined) return false;
  return next.until === undefined || next.until > current.until;
}
