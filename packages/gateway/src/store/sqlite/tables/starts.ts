import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import { readInteger, readJson, readText, type Row } from "../row.ts";

/** Attempts that began in one commit under one lease; some of them may have ended. */
export interface Starts {
  readonly appid: AppId;
  /** 1, 2, 3 … within the account. */
  readonly number: number;
  readonly leaseId: string;
  readonly leaseExpiresAt: EpochMs;
  readonly startedAt: EpochMs;
  readonly attempts: readonly (readonly [messageId: string, number: number])[];
}

const INSERT = `
  INSERT INTO starts (appid, number, lease_id, lease_expires_at, started_at, attempts) VALUES (?, ?, ?, ?, ?, ?)`;
const DELETE = "DELETE FROM starts WHERE appid = ? AND number = ?";
const LIST = "SELECT s.* FROM accounts a JOIN starts s ON s.appid = a.appid";

export function insertStarts(file: SqliteFile, starts: Starts): void {
  const { appid, number, leaseId, leaseExpiresAt, startedAt, attempts } = starts;
  const text = JSON.stringify(attempts);
  file.prepare(INSERT).run(appid, number, leaseId, leaseExpiresAt, startedAt, text);
}

export function deleteStarts(
  file: SqliteFile,
  { appid, number }: Pick<Starts, "appid" | "number">,
): void {
  file.prepare(DELETE).run(appid, number);
}

/** All that have not all ended, of all accounts. */
export function listStarts(file: SqliteFile): readonly Starts[] {
  return file.prepare(LIST).all().map(readStarts);
}

function readStarts(row: Row): Starts {
  return {
    appid: readText(row, "appid") as AppId,
    number: readInteger(row, "number"),
    leaseId: readText(row, "lease_id"),
    leaseExpiresAt: readInteger(row, "lease_expires_at"),
    startedAt: readInteger(row, "started_at"),
    attempts: readJson(row, "attempts") as Starts["attempts"],
  };
}
