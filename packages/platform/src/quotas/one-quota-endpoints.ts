import { type JsonObject, readText } from "@yici/protocol";
import { type AccountCall, defineAccountEndpoint } from "../wire/account-endpoint.ts";
import type { Refusal } from "../wire/refusal.ts";
import type { WireEndpoint } from "../wire/wire-call.ts";
import { findQuota } from "./call-quota.ts";
import { CLEAR_ONE_QUOTA_PATH, CLEARING_PATHS } from "./quota-paths.ts";
import { platformMonth } from "./usage.ts";

/** Documented: so many times a month of an account. */
const CLEARS_PER_MONTH = 50;

/** How a daily quota that has no end is written, for the reply has no other place for it: the largest integer of 32 bits. */
const NO_DAILY_LIMIT = 2_147_483_647;

/** `POST /cgi-bin/openapi/quota/get`: what an account may call a day and a minute, and how much of it is used. */
export function defineGetQuota(paths: readonly string[]): WireEndpoint {
  return defineAccountEndpoint({
    method: "POST",
    perform({ store, call, account, body, conduct }) {
      const path = readPath(body, paths);
      if (typeof path !== "string") return path;
      const { perDay = NO_DAILY_LIMIT, perMinute } = findQuota(account, path, conduct.readings);
      const { today } = store.usage.count(account.appid, path, call.at);
      return {
        reply: {
          quota: { daily_limit: perDay, used: today, remain: Math.max(perDay - today, 0) },
          ...(perMinute !== undefined && {
            rate_limit: { call_count: perMinute, refresh_second: 60 },
          }),
        },
      };
    },
  });
}

/** `POST /cgi-bin/openapi/quota/clear`: today's calls of one kind are forgotten. */
export function defineClearOneQuota(paths: readonly string[]): WireEndpoint {
  return defineAccountEndpoint({
    method: "POST",
    perform(accountCall) {
      const { store, call, account, body } = accountCall;
      const path = readPath(body, paths);
      if (typeof path !== "string") return path;
      if (countClears(accountCall) >= CLEARS_PER_MONTH) return CLEARS_USED_UP;
      store.usage.clear(account.appid, path, call.at);
      return { reply: {} };
    },
  });
}

/** The `cgi_path` that is meant, or why it is none. */
function readPath(body: JsonObject, paths: readonly string[]): string | Refusal {
  const path = readText(body["cgi_path"]) ?? "";
  if (path.startsWith("/sns/")) return PATH_IS_NOT_THE_ACCOUNTS;
  if (CLEARING_PATHS.includes(path)) return PATH_HAS_A_MONTHS_BUDGET;
  return paths.includes(path) ? path : explainPath(paths);
}

function countClears({ store, call, account }: AccountCall): number {
  return store.usage.countSince(account.appid, [CLEAR_ONE_QUOTA_PATH], platformMonth(call.at));
}

function explainPath(paths: readonly string[]): Refusal {
  return {
    errcode: 76021,
    why: {
      zh: `cgi_path 须是本平台有的接口，以 / 开头，不带域名：${paths.join("、")}。`,
      en: `cgi_path must be a call of this platform, with its leading slash and without a host: ${paths.join(", ")}.`,
    },
  };
}

const PATH_IS_NOT_THE_ACCOUNTS: Refusal = {
  errcode: 76022,
  why: {
    zh: "sns 接口属于用户授权，账号的 access_token 查不到它的额度。",
    en: "The sns calls go by people's tokens: an account's token cannot ask for their quota.",
  },
};

const PATH_HAS_A_MONTHS_BUDGET: Refusal = {
  errcode: 76022,
  why: {
    zh: "清零接口本身按月计次，没有每天的额度。",
    en: "The calls that clear have a month's budget themselves, and no quota of the day.",
  },
};

const CLEARS_USED_UP: Refusal = {
  errcode: 45009,
  why: {
    zh: `单个接口清零每月（东八区）最多 ${CLEARS_PER_MONTH} 次，这个月的已用完。`,
    en: `A call's quota may be cleared ${CLEARS_PER_MONTH} times a month (UTC+8); this month's are used up.`,
  },
};
