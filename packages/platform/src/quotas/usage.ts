import type { AppId } from "@yici/protocol";
import type { EpochMs, SqliteFile } from "@yici/runtime";
import type { Account } from "../accounts/account.ts";
import { LIMITS } from "../limits.ts";
import { readInteger } from "../store/row.ts";

const DAY_MS = 86_400_000;
const UTC_8_MS = 28_800_000;

/** The platform's day: midnight is in UTC+8. Counted from 1970. */
export function platformDay(now: EpochMs): number {
  return Math.floor((now + UTC_8_MS) / DAY_MS);
}

/** How many calls were answered with success, by account, call and day. Methods that write are called inside a commit. */
export class Usage {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  /** Whether the account has a quota for this call and has used it up today. */
  isUsedUp(account: Account, endpoint: string, now: EpochMs): boolean {
    const quota = account.quotas.find((candidate) => candidate.endpoint === endpoint);
    return quota !== undefined && this.#find(account.appid, endpoint, now) >= quota.perDay;
  }

  charge(appid: AppId, endpoint: string, now: EpochMs): void {
    const day = platformDay(now);
    const row = this.#file
      .prepare(
        `INSERT INTO usage (appid, endpoint, day, used) VALUES (?, ?, ?, 1)
         ON CONFLICT DO UPDATE SET used = used + 1 RETURNING used`,
      )
      .get(appid, endpoint, day);
    if (row?.["used"] === 1) this.#trim(appid, day);
  }

  #find(appid: AppId, endpoint: string, now: EpochMs): number {
    const row = this.#file
      .prepare("SELECT used FROM usage WHERE appid = ? AND endpoint = ? AND day = ?")
      .get(appid, endpoint, platformDay(now));
    return row === undefined ? 0 : readInteger(row, "used");
  }

  #trim(appid: AppId, today: number): void {
    this.#file
      .prepare("DELETE FROM usage WHERE appid = ? AND day <= ?")
      .run(appid, today - LIMITS.usageDays);
  }
}
