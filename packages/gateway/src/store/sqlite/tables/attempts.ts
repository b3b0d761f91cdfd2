import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Attempt, AttemptOutcome } from "../../../deliveries/delivery.ts";
import { prepareList, readJson } from "../row.ts";

/** Attempts stand with their delivery, which is written when they end: a table of their own would cost every send a page. */
const LIST = "SELECT attempts FROM deliveries WHERE appid = ? AND message_id = ?";
const SAVE = "UPDATE deliveries SET attempts = ? WHERE appid = ? AND message_id = ?";

/** An attempt as its delivery's row holds it. */
type Recorded = readonly [
  number: number,
  generation: number,
  leaseId: string,
  startedAt: number,
  /** Nothing of what follows where its delivery has ended without it. */
  finishedAt: number | null,
  outcome: AttemptOutcome | null,
  isLate: boolean,
];

/** The attempts of a message that are written, the first one first. */
export function listAttempts(
  file: SqliteFile,
  appid: AppId,
  messageId: string,
): readonly Attempt[] {
  const row = prepareList(file, LIST).get(appid, messageId);
  if (row === undefined) return [];
  const recorded = readJson(row, 0) as readonly Recorded[];
  return recorded.map((one) => readAttempt(appid, messageId, one));
}

/** The attempts of a message that are over. */
export interface EndedAttempts {
  readonly appid: AppId;
  readonly messageId: string;
  readonly attempts: readonly Attempt[];
}

export function saveAttempts(
  file: SqliteFile,
  { appid, messageId, attempts }: EndedAttempts,
): void {
  file.prepare(SAVE).run(writeAttempts(attempts), appid, messageId);
}

/** The text of the column. */
export function writeAttempts(attempts: readonly Attempt[]): string {
  return JSON.stringify(attempts.map(record));
}

function record(attempt: Attempt): Recorded {
  const { number, generation, leaseId, startedAt, finishedAt, outcome, isLate } = attempt;
  return [number, generation, leaseId, startedAt, finishedAt ?? null, outcome ?? null, isLate];
}

function readAttempt(appid: AppId, messageId: string, recorded: Recorded): Attempt {
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
