import { type AppId, parseJsonObject, readText, TOKEN_GRANT_TYPE } from "@yici/protocol";
import type { PlatformStore } from "../store/platform-store.ts";
import { checkCredentials } from "../tokens/check-credentials.ts";
import { defineAccountEndpoint } from "../wire/account-endpoint.ts";
import { POST_ONLY } from "../wire/body-refusals.ts";
import type { Refusal } from "../wire/refusal.ts";
import { refuse } from "../wire/refuse.ts";
import type { WireCall, WireEndpoint } from "../wire/wire-call.ts";
import { CLEAR_QUOTA_PATH, CLEAR_QUOTA_V2_PATH, CLEARING_PATHS } from "./quota-paths.ts";
import { platformMonth } from "./usage.ts";

/** Documented: so many times a month of an account, by both calls together. */
const CLEARS_PER_MONTH = 10;

/** `POST /cgi-bin/clear_quota`: today's calls of every kind are forgotten. */
export const CLEAR_QUOTA_ENDPOINT = defineAccountEndpoint({
  method: "POST",
  perform({ store, call, account, body }) {
    if (readText(body["appid"]) !== account.appid) return APPID_IS_NOT_THE_TOKENS;
    return clear(store, account.appid, call) ?? { reply: {} };
  },
});

/** `POST /cgi-bin/clear_quota/v2`: the same, by the secret in place of a token, for when tokens are what has run out. */
export const CLEAR_QUOTA_V2_ENDPOINT: WireEndpoint = {
  findAppid: (_store, call) => readField(call, "appid"),

  process(store, call) {
    if (call.method !== "POST") return refuse(call, POST_ONLY);
    const verdict = checkCredentials(store, call, {
      grantType: TOKEN_GRANT_TYPE,
      appid: readField(call, "appid"),
      secret: readField(call, "appsecret"),
    });
    if ("errcode" in verdict) return refuse(call, verdict);
    const { appid } = verdict.account;
    const refusal = clear(store, appid, call);
    if (refusal !== undefined) return { ...refuse(call, refusal), appid };
    store.usage.charge(appid, call.endpoint, call.at);
    return { errcode: 0, errmsg: "ok", appid };
  },
};

/** The documented table has it in the body, the same page's sample in the query. */
function readField(call: Pick<WireCall, "rawQuery" | "body">, name: string): string | undefined {
  return (
    readText(parseJsonObject(call.body)?.[name]) ??
    readText(new URLSearchParams(call.rawQuery).get(name))
  );
}

function clear(store: PlatformStore, appid: AppId, call: WireCall): Refusal | undefined {
  const both = [CLEAR_QUOTA_PATH, CLEAR_QUOTA_V2_PATH];
  const used = store.usage.countSince(appid, both, platformMonth(call.at));
  if (used >= CLEARS_PER_MONTH) return CLEARS_USED_UP;
  store.usage.clearAllBut(CLEARING_PATHS, appid, call.at);
  return undefined;
}

const APPID_IS_NOT_THE_TOKENS: Refusal = {
  errcode: 40013,
  why: {
    zh: "请求体里的 appid 不是 access_token 所属的账号。",
    en: "The appid in the body is not that of the token's account.",
  },
};

const CLEARS_USED_UP: Refusal = {
  errcode: 48006,
  why: {
    zh: `清零每月（东八区）最多 ${CLEARS_PER_MONTH} 次（clear_quota 与 v2 合计），这个月的已用完。`,
    en: `Quotas may be cleared ${CLEARS_PER_MONTH} times a month (UTC+8) by clear_quota and v2 together; this month's are used up.`,
  },
};
