import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Attempt, AttemptOutcome } from "../../../deliveries/delivery.ts";
import type { EndedAttempt } from "../../rows.ts";
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
const INSERT = `
  INSERT INTO attempts (appid, message_id, number, generation, lease_id, started_at, is_late)
  VALUES (?, ?, ?, ?, ?, ?, 0)`;
const UPDATE = `
  UPDATE attempts SET finished_at = ?, outcome = ?, errcode = ?, detail = ?, rid = ?, is_late = ?
  WHERE appid = ? AND message_id = ? AND number = ?`;

export function findAttempt(
  file: SqliteFile,
  appid: AppId,
  messageId: string,
  number: number,
): Attempt | undefined {
  const row = file.prepare(FIND).get(appid, messageId, number);
  return row === undefined ? undefined : readAttempt(row);
}

/** All attempts of a message, the first one first. */
export function listAttempts(
  file: SqliteFile,
  appid: AppId,
  messageId: string,
): readonly Attempt[] {
  return file.prepare(LIST).all(appid, messageId).map(readAttempt);
}

export function insertAttempt(file: SqliteFile, attempt: Attempt): void {
  const { appid, messageId, number, generation, leaseId, startedAt } = attempt;
  file.prepare(INSERT).run(appid, messageId, number, generation, leaseId, startedAt);
}

/** Writes how an attempt ended. */
export function updateAttempt(file: SqliteFile, attempt: EndedAttempt): void {
  const { appid, messageId, number, finishedAt, outcome, isLate } = attempt;
  file
    .prepare(UPDATE)
    .run(orNull(finishedAt), ...outcomeOf(outcome), asInteger(isLate), appid, messageId, number);
}

/** The columns outcome, errcode, detail, rid. */
function outcomeOf(outcome: AttemptOutcome): readonly Parameter[] {
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
