import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Attempt } from "../../../deliveries/delivery.ts";
import { readAttempt, recordAttempt, type RecordedAttempt } from "../../recorded-attempts.ts";
import { prepareList, readJson } from "../row.ts";

/** Attempts stand with their delivery, which is written when they end: a table of their own would cost every send a page. */
const LIST = "SELECT attempts FROM deliveries WHERE appid = ? AND message_id = ?";
const SAVE = "UPDATE deliveries SET attempts = ? WHERE appid = ? AND message_id = ?";

/**
 * Before the first attempt: no attempts, and as much room as the plainest end takes. Rows are written one after another and
 * fill their pages, so that rows which grow make each page two.
 */
export const NO_ATTEMPTS = `[${" ".repeat(74)}]`;

/** The attempts of a message that are written, the first one first. */
export function listAttempts(
  file: SqliteFile,
  appid: AppId,
  messageId: string,
): readonly Attempt[] {
  const row = prepareList(file, LIST).get(appid, messageId);
  if (row === undefined) return [];
  const recorded = readJson(row, 0) as readonly RecordedAttempt[];
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
  return JSON.stringify(attempts.map(recordAttempt));
}
