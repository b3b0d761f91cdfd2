import { type AppId, type LenientTokenFields, parseStableTokenBody } from "@yici/protocol";
import { judgeQuota } from "../quotas/judge-quota.ts";
import { platformDay } from "../quotas/usage.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { explainBody, POST_ONLY } from "../wire/body-refusals.ts";
import type { Refusal } from "../wire/refusal.ts";
import type { WireCall, WireEndpoint } from "../wire/wire-call.ts";
import { checkCredentials } from "./check-credentials.ts";
import { type IssuedToken, TOKEN_OVERLAP_MS } from "./issued-token.ts";
import { makeToken, TOKEN_RANDOM_BYTES } from "./make-token.ts";
import { giveToken, refuseToken } from "./token-endpoint.ts";
import type { ForcedRefreshes } from "./tokens.ts";

/** Documented: two forced refreshes less than so far apart refresh once. */
const FORCE_PAUSE_MS = 30_000;

/** Documented. */
const FORCES_PER_DAY = 20;

/**
 * `POST /cgi-bin/stable_token`: the same token while it is valid, a new one in its last five minutes, when it was revoked, or
 * when forced. Knows nothing of the tokens of `/cgi-bin/token`.
 * Official page: https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
 */
export const STABLE_TOKEN_ENDPOINT: WireEndpoint = {
  findAppid: (_store, { body }) => readFields(body)?.appid,

  process(store, call, world, { readings }) {
    if (call.method !== "POST") return refuseToken(call, POST_ONLY);
    const parsed = parseStableTokenBody(call.body);
    if (parsed.kind === "refused") return refuseToken(call, explainBody(parsed.errcode));
    const verdict = checkCredentials(store, call, parsed.fields);
    if ("errcode" in verdict) return refuseToken(call, verdict);
    const { account } = verdict;
    const overdrawn = judgeQuota(store, account, call, readings);
    if (overdrawn !== undefined) return refuseToken(call, overdrawn);
    const choose = parsed.fields.forceRefresh ? force : keep;
    const choice = choose(store, account.appid, call);
    if ("errcode" in choice) return refuseToken(call, choice);
    store.usage.charge(account.appid, call.endpoint, call.at);
    if (choice.current !== undefined) return giveToken(choice.current, call.at);
    const random = world.randomBytes(TOKEN_RANDOM_BYTES);
    const issued = makeToken({ appid: account.appid, kind: "stable", now: call.at, random });
    store.tokens.add(issued);
    return giveToken(issued, call.at);
  },
};

/** The token to answer, none when a new one is due, or why there is none. */
type Choice = { readonly current: IssuedToken | undefined } | Refusal;

/** Normal mode. */
function keep(store: PlatformStore, appid: AppId, call: WireCall): Choice {
  const current = store.tokens.findCurrent(appid, "stable", call.at);
  const isDue = current === undefined || current.expiresAt - call.at <= TOKEN_OVERLAP_MS;
  return { current: isDue ? undefined : current };
}

/** Force mode: the tokens there are end at once. */
function force(store: PlatformStore, appid: AppId, call: WireCall): Choice {
  const forced = store.tokens.findForced(appid);
  const current = store.tokens.findCurrent(appid, "stable", call.at);
  const isTooSoon = forced !== undefined && call.at - forced.forcedAt < FORCE_PAUSE_MS;
  if (isTooSoon && current !== undefined) return { current };
  const dayCount = countToday(forced, call) + 1;
  if (dayCount > FORCES_PER_DAY) return FORCES_USED_UP;
  store.tokens.putForced(appid, { forcedAt: call.at, day: platformDay(call.at), dayCount });
  store.tokens.end(appid, "stable", { at: call.at, cause: "forced" });
  return { current: undefined };
}

function countToday(forced: ForcedRefreshes | undefined, call: WireCall): number {
  return forced?.day === platformDay(call.at) ? forced.dayCount : 0;
}

function readFields(body: string): LenientTokenFields | undefined {
  const parsed = parseStableTokenBody(body);
  return parsed.kind === "parsed" ? parsed.fields : undefined;
}

const FORCES_USED_UP: Refusal = {
  errcode: 45009,
  why: {
    zh: `force_refresh 每天最多 ${FORCES_PER_DAY} 次，今天（东八区）已用完。`,
    en: `A refresh may be forced ${FORCES_PER_DAY} times a day; today's (UTC+8) are used up.`,
  },
};
