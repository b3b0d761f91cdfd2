import type { Account } from "../accounts/account.ts";
import type { Readings } from "../readings/readings.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import type { Refusal } from "../wire/refusal.ts";
import type { WireCall } from "../wire/wire-call.ts";
import { findQuota } from "./call-quota.ts";

/** Why an account has no call of this kind left: in this minute, or today (facts 3.7). */
export function judgeQuota(
  store: PlatformStore,
  account: Account,
  call: Pick<WireCall, "endpoint" | "at">,
  readings: Readings,
): Refusal | undefined {
  const { perDay, perMinute } = findQuota(account, call.endpoint, readings);
  if (perDay === undefined && perMinute === undefined) return undefined;
  const used = store.usage.count(account.appid, call.endpoint, call.at);
  if (perMinute !== undefined && used.thisMinute >= perMinute) return explainMinute(perMinute);
  return perDay !== undefined && used.today >= perDay ? explainDay(perDay) : undefined;
}

function explainMinute(perMinute: number): Refusal {
  return {
    errcode: 45011,
    why: {
      zh: `这个账号每分钟最多 ${perMinute} 次，这一分钟已用完；下一分钟再试。`,
      en: `The account has ${perMinute} of these calls a minute, and this minute's are used up; the next one brings more.`,
    },
  };
}

function explainDay(perDay: number): Refusal {
  return {
    errcode: 45009,
    why: {
      zh: `这个账号每天（东八区）最多 ${perDay} 次，今天的已用完。`,
      en: `The account has ${perDay} of these calls a day (UTC+8), and today's are used up.`,
    },
  };
}
