import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Attempt, AttemptOutcome } from "../../../deliveries/delivery.ts";
import {
  asInteger,
  findInteger,
  findText,
  orNull,
  type Parameter,
  readBoolean,
  readInteger,
  readText,
  type Row,
} from "../row.ts";

const FIND = "SELECT * FROM attempts WHERE appid = ? AND message_id = ? AND number = ?";
const LIST = "SELECT * FROM attempts WHERE appid = ? AND message_id = ? ORDER BY number";
const SAVE = `
  INSERT INTO attempts (appid, message_id, number, generation, lease_id, started_at, finished_at, outcome, errcode,
    detail, rid, is_late)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET finished_at = excluded.finished_at, outcome = excluded.outcome,
    errcode = excluded.errcode, detail = excluded.detail, rid = excluded.rid, is_late = excluded.is_late`;

export function findAttempt(
  file: SqliteFile,
  appid: AppId,
  messageId: string,
  number: number,
): Attempt | undefined {
  const row = file.prepare(FIND).get(appid, messageId, number);
  return row === undefined ? undefined : readAttempt(row);
}

/** The attempts of a message that are written, the first one first. */
export function listAttempts(
  file: SqliteFile,
  appid: AppId,
  messageId: string,
): readonly Attempt[] {
  return file.prepare(LIST).all(appid, messageId).map(readAttempt);
}

/** Writes an attempt, and how it ended. */
export function saveAttempt(file: SqliteFile, attempt: Attempt): void {
  const { appid, messageId, number, generation, leaseId, startedAt, finishedAt } = attempt;
  file
    .prepare(SAVE)
    .run(
      appid,
      messageId,
      number,
      generation,
      leaseId,
      startedAt,
      orNull(finishedAt),
      ...outcomeOf(attempt.outcome),
      asInteger(attempt.isLate),
    );
}

/** The columns outcome, errcode, detail, rid. */
function outcomeOf(outcome: AttemptOutcome | undefined): readonly Parameter[] {
  if (outcome === undefined) return [null, null, null, null];
  return outcome.kind === "answered"
    ? [outcome.kind, outcome.errcode, outcome.errmsg, orNull(outcome.rid)]
    : [outcome.kind, null, outcome.reason, null];
}

function readAttempt(row: Row): Attempt {
  return {
    appid: readText(row, "appid") as AppId,
    messageId: readText(row, "message_id"),
    number: readInteger(row, "number"),
    generation: readInteger(row, "generation"),
    leaseId: readText(row, "lease_id"),
    startedAt: readInteger(row, "started_at"),
    finishedAt: findInteger(row, "finished_at"),
    outcome: readOutcome(row),
    isLate: readBoolean(row, "is_late"),
  };
}

function readOutcome(row: Row): AttemptOutcome | undefined {
  const kind = findText(row, "outcome") as AttemptOutcome["kind"] | undefined;
  if (kind === undefined) return undefined;
  const detail = readText(row, "detail");
  return kind === "answered"
    ? { kind, errcode: readInteger(row, "errcode"), errmsg: detail, rid: findText(row, "rid") }
    : { kind, reason: detail };
}
