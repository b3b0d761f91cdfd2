import type { AppId } from "@yici/protocol";
import type { EpochMs, SqliteFile } from "@yici/runtime";
import { LIMITS } from "../limits.ts";
import { type Row, readInteger } from "../store/row.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const UTC_8_MS = 28_800_000;

/** The platform's day: midnight is in UTC+8. Counted from 1970. */
export function platformDay(now: EpochMs): number {
  return Math.floor((now + UTC_8_MS) / DAY_MS);
}

/** The first day of the platform's month, counted as {@link platformDay}. */
export function platformMonth(now: EpochMs): number {
  const date = new Date(now + UTC_8_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) / DAY_MS;
}

/** How many calls of one kind an account was answered with success. */
export interface UsedCalls {
  readonly today: number;
  readonly thisMinute: number;
}

/** Calls answered with success and not written yet. */
interface Charges {
  readonly appid: AppId;
  readonly endpoint: string;
  readonly at: EpochMs;
  count: number;
}

/**
 * How many calls were answered with success, by account, call and day. Methods that write are called inside a commit; its
 * charges are written together, at its end or before anything is read.
 */
export class Usage {
  readonly #file: SqliteFile;
  readonly #charges = new Map<string, Charges>();

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  count(appid: AppId, endpoint: string, now: EpochMs): UsedCalls {
    this.seal();
    const row = this.#file
      .prepare(
        "SELECT used, minute, minute_used FROM usage WHERE appid = ? AND endpoint = ? AND day = ?",
      )
      .get(appid, endpoint, platformDay(now));
    return row === undefined ? NONE : readUsed(row, now);
  }

  charge(appid: AppId, endpoint: string, now: EpochMs): void {
    const key = `${platformMinute(now)} ${appid} ${endpoint}`;
    const charges = this.#charges.get(key);
    if (charges === undefined) this.#charges.set(key, { appid, endpoint, at: now, count: 1 });
    else charges.count += 1;
  }

  /** Writes the charges of this commit. */
  seal(): void {
    for (const charges of this.#charges.values()) this.#write(charges);
    this.#charges.clear();
  }

  /** Forgets the charges of a commit that was undone. */
  forget(): void {
    this.#charges.clear();
  }

  /** Since a day, that one included; of several kinds of calls together. */
  countSince(appid: AppId, endpoints: readonly string[], day: number): number {
    this.seal();
    const places = endpoints.map(() => "?").join(", ");
    const row = this.#file
      .prepare(
        `SELECT coalesce(sum(used), 0) AS used FROM usage WHERE appid = ? AND day >= ? AND endpoint IN (${places})`,
      )
      .get(appid, day, ...endpoints);
    return readInteger(row ?? {}, "used");
  }

  /** Forgets today's calls of one kind. */
  clear(appid: AppId, endpoint: string, now: EpochMs): void {
    this.seal();
    this.#file
      .prepare("DELETE FROM usage WHERE appid = ? AND endpoint = ? AND day = ?")
      .run(appid, endpoint, platformDay(now));
  }

  /** Forgets today's calls of every kind but these. */
  clearAllBut(kept: readonly string[], appid: AppId, now: EpochMs): void {
    this.seal();
    const places = kept.map(() => "?").join(", ");
    this.#file
      .prepare(`DELETE FROM usage WHERE appid = ? AND day = ? AND endpoint NOT IN (${places})`)
      .run(appid, platformDay(now), ...kept);
  }

  #write({ appid, endpoint, at, count }: Charges): void {
    const day = platformDay(at);
    const row = this.#file
      .prepare(
        `INSERT INTO usage (appid, endpoint, day, used, minute, minute_used)
         VALUES (:appid, :endpoint, :day, :count, :minute, :count)
         ON CONFLICT DO UPDATE SET used = used + :count, minute = :minute,
           minute_used = :count + iif(minute = :minute, minute_used, 0) RETURNING used`,
      )
      .get({ appid, endpoint, day, count, minute: platformMinute(at) });
    if (row?.["used"] === count) this.#trim(appid, day);
  }

  #trim(appid: AppId, today: number): void {
    this.#file
      .prepare("DELETE FROM usage WHERE appid = ? AND day <= ?")
      .run(appid, today - LIMITS.usageDays);
  }
}

const NONE: UsedCalls = { today: 0, thisMinute: 0 };

function readUsed(row: Row, now: EpochMs): UsedCalls {
  const isThisMinute = readInteger(row, "minute") === platformMinute(now);
  return {
    today: readInteger(row, "used"),
    thisMinute: isThisMinute ? readInteger(row, "minute_used") : 0,
  };
}

function platformMinute(now: EpochMs): number {
  return Math.floor(now / MINUTE_MS);
}
