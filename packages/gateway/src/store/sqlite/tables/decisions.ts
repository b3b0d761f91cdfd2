import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { DecisionCounts } from "../../ledger.ts";
import { readInteger } from "../row.ts";

const ADD = `
  INSERT INTO decisions (appid, link_id, confirmed_count, declined_count) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET
    confirmed_count = confirmed_count + excluded.confirmed_count,
    declined_count = declined_count + excluded.declined_count`;
const FIND = "SELECT * FROM decisions WHERE appid = ? AND link_id = ?";

/** Adds to the decisions of people who came from one link. */
export function addDecision(
  file: SqliteFile,
  appid: AppId,
  linkId: string,
  decision: "confirmed" | "declined",
): void {
  const counts = decision === "confirmed" ? [1, 0] : [0, 1];
  file.prepare(ADD).run(appid, linkId, ...counts);
}

export function findDecisionCounts(file: SqliteFile, appid: AppId, linkId: string): DecisionCounts {
  const row = file.prepare(FIND).get(appid, linkId);
  if (row === undefined) return { confirmedCount: 0, declinedCount: 0 };
  return {
    confirmedCount: readInteger(row, "confirmed_count"),
    declinedCount: readInteger(row, "declined_count"),
  };
}
