import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import { isPaused, type Pause } from "../../deliveries/account-state.ts";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { SlotKey } from "../../grants/grant.ts";
import type { MessageReport, SlotReport } from "../ledger.ts";
import type { SqliteRows } from "./sqlite-rows.ts";
import { loadAccountState } from "./tables/accounts.ts";
import { listConfirmations } from "./tables/confirmations.ts";
import { listGrantsOfSlot } from "./tables/grants.ts";

/** All that is kept of one slot. */
export function readSlotReport(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  { slotHistoryMax }: RetryPolicy,
): SlotReport {
  const key = { appid, openid, scene };
  return {
    ...key,
    grants: listGrantsOfSlot(file, key, slotHistoryMax),
    confirmations: listConfirmations(file, key, slotHistoryMax),
  };
}

/** One message with its whole story. */
export function findMessageReport(
  { file, rows }: { readonly file: SqliteFile; readonly rows: SqliteRows },
  address: { readonly appid: AppId; readonly messageId: string; readonly now: EpochMs },
  policy: RetryPolicy,
): MessageReport | undefined {
  const { appid, messageId, now } = address;
  const summary = rows.findMessage(appid, messageId);
  if (summary === undefined) return undefined;
  return {
    ...summary,
    attempts: rows.listAttempts(appid, messageId),
    slot: readSlotReport(file, summary.message, policy),
    pause: findPause(file, appid, now),
  };
}

/** The pause that is in force. */
export function findPause(file: SqliteFile, appid: AppId, now: EpochMs): Pause | undefined {
  const state = loadAccountState(file, appid);
  return isPaused(state, now) ? state.pause : undefined;
}
