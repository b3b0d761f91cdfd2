import type { EpochMs } from "@yici/protocol";
import type { Attempt, AttemptOutcome } from "./delivery.ts";
import { judgeOutcome } from "./finding.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/**
 * Keeps an account's sends back while its platform is in trouble, whatever process they come from. Closed: sends pass,
 * and troubles in a row are counted. Open: none passes until an instant; from then on one at a time passes and tries
 * it. The first answer that shows the platform at work closes it.
 */
export interface Breaker {
  /** Sends in a row that met trouble of the platform's. */
  readonly troubles: number;
  /** `undefined`: closed. */
  readonly opening: BreakerOpening | undefined;
}

export interface BreakerOpening {
  readonly openedAt: EpochMs;
  /** When the next send may try the platform. */
  readonly until: EpochMs;
}

export const CLOSED_BREAKER: Breaker = { troubles: 0, opening: undefined };

/** The part of the policy that the breaker goes by. */
export type BreakerPolicy = Pick<RetryPolicy, "breaker">;

/** When an attempt began and what came of it. */
export type AttemptEnd = Pick<Attempt, "startedAt"> & { readonly outcome: AttemptOutcome };

/** Whether a send may pass now; while it is open, the one that may is a try. */
export function isPassable({ opening }: Breaker, now: EpochMs): boolean {
  return opening === undefined || opening.until <= now;
}

/** The breaker once a send has passed: while it is open the next one waits for what comes of this one, but not forever. */
export function withPassed(
  breaker: Breaker,
  now: EpochMs,
  { breaker: rule }: BreakerPolicy,
): Breaker {
  const { opening } = breaker;
  if (opening === undefined) return breaker;
  return { ...breaker, opening: { ...opening, until: now + rule.tryMs } };
}

/** The breaker after what an attempt has shown of the platform. */
export function breakerAfter(
  breaker: Breaker,
  { startedAt, outcome }: AttemptEnd,
  now: EpochMs,
  { breaker: rule }: BreakerPolicy,
): Breaker {
  const sign = readSign(outcome);
  if (sign === "none") return breaker;
  if (sign === "works") return isPristine(breaker) ? breaker : CLOSED_BREAKER;
  // What was under way when it opened tells nothing new.
  if (breaker.opening !== undefined && startedAt <= breaker.opening.openedAt) return breaker;
  const troubles = breaker.troubles + 1;
  if (troubles < rule.troublesMax) return { ...breaker, troubles };
  const openMs = Math.min(rule.openMs * 2 ** (troubles - rule.troublesMax), rule.openMaxMs);
  return { troubles, opening: { openedAt: now, until: now + openMs } };
}

/** What an outcome shows of the platform: that it works, that it is in trouble, or nothing. */
function readSign(outcome: AttemptOutcome): "works" | "trouble" | "none" {
  if (outcome.kind !== "answered" && OUR_OWN_REASONS.includes(outcome.reason)) return "none";
  const finding = judgeOutcome(outcome);
  const isAnswer = finding.kind === "ok" || finding.kind === "refused";
  return isAnswer && !(finding.kind === "refused" && finding.fault === "platform")
    ? "works"
    : "trouble";
}

/** Why there is no answer although nothing is known against the platform. */
const OUR_OWN_REASONS: readonly string[] = [
  "stopped",
  "lease_expired",
  "internal_error",
  "no_token",
  "demo_account",
];

function isPristine({ troubles, opening }: Breaker): boolean {
  return troubles === 0 && opening === undefined;
}
