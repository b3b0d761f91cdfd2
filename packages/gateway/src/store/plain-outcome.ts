import type { AttemptOutcome } from "../deliveries/delivery.ts";

/** What nearly every send comes to: it is told and kept as next to nothing. */
export const PLAIN_OUTCOME: AttemptOutcome = {
  kind: "answered",
  errcode: 0,
  errmsg: "ok",
  rid: undefined,
};

/** An outcome that was written as JSON, which leaves out what is undefined. */
export function restoreOutcome(outcome: AttemptOutcome): AttemptOutcome {
  return outcome.kind === "answered" ? { ...outcome, rid: outcome.rid } : outcome;
}

/** Whether an outcome says no more than {@link PLAIN_OUTCOME}. */
export function isPlain(outcome: AttemptOutcome): boolean {
  return (
    outcome.kind === "answered" &&
    outcome.errcode === 0 &&
    outcome.errmsg === "ok" &&
    outcome.rid === undefined
  );
}
