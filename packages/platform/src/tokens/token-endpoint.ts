import { buildTokenReply, parseTokenQuery } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import { judgeQuota } from "../quotas/judge-quota.ts";
import { GET_ONLY } from "../wire/body-refusals.ts";
import type { Refusal } from "../wire/refusal.ts";
import { refuse } from "../wire/refuse.ts";
import type { WireAnswer, WireCall, WireEndpoint } from "../wire/wire-call.ts";
import { checkCredentials } from "./check-credentials.ts";
import { type IssuedToken, TOKEN_OVERLAP_MS } from "./issued-token.ts";
import { makeToken, TOKEN_RANDOM_BYTES } from "./make-token.ts";

/**
 * `GET /cgi-bin/token`: always a new token; the one before works five minutes longer.
 * Official page: https://developers.weixin.qq.com/doc/service/api/base/api_getaccesstoken
 */
export const TOKEN_ENDPOINT: WireEndpoint = {
  findAppid: (_store, call) => parseTokenQuery(call.rawQuery).appid,

  process(store, call, world, { readings }) {
    if (call.method !== "GET") return refuseToken(call, GET_ONLY);
    const verdict = checkCredentials(store, call, parseTokenQuery(call.rawQuery));
    if ("errcode" in verdict) return refuseToken(call, verdict);
    const { account } = verdict;
    const overdrawn = judgeQuota(store, account, call, readings);
    if (overdrawn !== undefined) return refuseToken(call, overdrawn);
    store.tokens.end(account.appid, "plain", {
      at: call.at + TOKEN_OVERLAP_MS,
      cause: "superseded",
    });
    const random = world.randomBytes(TOKEN_RANDOM_BYTES);
    const issued = makeToken({ appid: account.appid, kind: "plain", now: call.at, random });
    store.tokens.add(issued);
    store.usage.charge(account.appid, call.endpoint, call.at);
    return giveToken(issued, call.at);
  },
};

/** A refused token call. Only the whitelist's own text, which has a comma of its own, is joined with a space (facts 6.1). */
export function refuseToken(call: WireCall, refusal: Refusal): WireAnswer {
  return refuse(call, refusal, refusal.errcode === 40164 ? " " : ", ");
}

/** The answer that gives a token, with the seconds it has left. */
export function giveToken(issued: IssuedToken, now: EpochMs): WireAnswer {
  const expiresInS = Math.floor((issued.expiresAt - now) / 1_000);
  return {
    errcode: 0,
    errmsg: "ok",
    body: buildTokenReply(issued.token, expiresInS),
    appid: issued.appid,
    token: issued.token,
  };
}
