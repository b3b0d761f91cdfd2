import type { AppId } from "@yici/protocol";
import type { Attempt, AttemptOutcome } from "../deliveries/delivery.ts";
import { isPlain, PLAIN_OUTCOME, restoreOutcome } from "./plain-outcome.ts";

/** An attempt as its delivery's row holds it, by position. */
export type RecordedAttempt = readonly [
  number: number,
  generation: number,
  leaseId: string,
  startedAt: number,
  /** Nothing of what follows where its delivery has ended without it. */
  finishedAt: number | null,
  /** 0: the plain one. */
  outcome: AttemptOutcome | 0 | null,
  isLate?: true,
];

/** An attempt without what its delivery's row says already. */
export function recordAttempt(attempt: Attempt): RecordedAttempt {
  const { number, generation, leaseId, startedAt, finishedAt, outcome, isLate } = attempt;
  const ended = outcome !== undefined && isPlain(outcome) ? 0 : (outcome ?? null);
  const recorded = [number, generation, leaseId, startedAt, finishedAt ?? null, ended] as const;
  return isLate ? [...recorded, isLate] : recorded;
}

/** The attempt that was recorded of a message. */
export function readAttempt(appid: AppId, messageId: string, recorded: RecordedAttempt): Attempt {
  const [number, generation, leaseId, startedAt, finishedAt, outcome, isLate = false] = recorded;
  return {
    appid,
    messageId,
    number,
    generation,
    leaseId,
    startedAt,
    finishedAt: finishedAt ?? undefined,
    outcome: readOutcome(outcome),
    isLate,
  };
}

function readOutcome(outcome: AttemptOutcome | 0 | null): AttemptOutcome | undefined {
  if (outcome === null) return undefined;
  return outcome === 0 ? PLAIN_OUTCOME : restoreOutcome(outcome);
}
