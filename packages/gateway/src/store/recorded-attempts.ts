import type { AppId } from "@yici/protocol";
import type { Attempt, AttemptOutcome } from "../deliveries/delivery.ts";

/** An attempt as its delivery's row holds it, by position. */
export type RecordedAttempt = readonly [
  number: number,
  generation: number,
  leaseId: string,
  startedAt: number,
  /** Nothing of what follows where its delivery has ended without it. */
  finishedAt: number | null,
  outcome: AttemptOutcome | null,
  isLate: boolean,
];

/** An attempt without what its delivery's row says already. */
export function recordAttempt(attempt: Attempt): RecordedAttempt {
  const { number, generation, leaseId, startedAt, finishedAt, outcome, isLate } = attempt;
  return [number, generation, leaseId, startedAt, finishedAt ?? null, outcome ?? null, isLate];
}

/** The attempt that was recorded of a message. */
export function readAttempt(appid: AppId, messageId: string, recorded: RecordedAttempt): Attempt {
  const [number, generation, leaseId, startedAt, finishedAt, outcome, isLate] = recorded;
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

/** What is `undefined` in JSON is absent. */
function readOutcome(outcome: AttemptOutcome | null): AttemptOutcome | undefined {
  if (outcome === null) return undefined;
  return outcome.kind === "answered" ? { ...outcome, rid: outcome.rid } : outcome;
}
