import type { Account } from "../accounts/account.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { refuseToken } from "../tokens/token-endpoint.ts";
import { GET_ONLY } from "../wire/body-refusals.ts";
import { explain, type Refusal } from "../wire/refusal.ts";
import type { WireAnswer, WireCall, WireEndpoint } from "../wire/wire-call.ts";
import type { OAuthCode } from "./oauth-codes.ts";
import { OAUTH_SCOPE } from "./oauth-paths.ts";

/** Documented: a code lives five minutes. */
const CODE_LIFE_MS = 300_000;

/** Documented: `expires_in` is 7200. */
const USER_TOKEN_LIFE_S = 7_200;

/** Bytes that make 136 characters of base64url, as an account's own token has. */
const TOKEN_BYTES = 102;

/**
 * `GET /sns/oauth2/access_token`: a code becomes an openid, once. The token that comes with it is the person's: nothing can
 * be sent with it.
 * Official page: https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken
 */
export const USER_TOKEN_ENDPOINT: WireEndpoint = {
  findAppid: (_store, call) => new URLSearchParams(call.rawQuery).get("appid") ?? undefined,

  process(store, call, world) {
    const facts = gatherFacts(store, call);
    for (const check of EXCHANGE_CHECKS) {
      const refusal = check(facts);
      if (refusal !== undefined) return refuseToken(call, refusal);
    }
    const { code } = facts;
    if (code === undefined) throw new TypeError("the checks let through no code");
    store.oauthCodes.markUsed(code.code, call.at);
    return giveUserToken(code, () => `90_${world.randomBytes(TOKEN_BYTES).toString("base64url")}`);
  },
};

function giveUserToken({ appid, openid }: OAuthCode, makeToken: () => string): WireAnswer {
  const body = JSON.stringify({
    access_token: makeToken(),
    expires_in: USER_TOKEN_LIFE_S,
    refresh_token: makeToken(),
    openid,
    scope: OAUTH_SCOPE,
  });
  return { errcode: 0, errmsg: "ok", body, appid, openid };
}

interface ExchangeFacts {
  readonly call: WireCall;
  readonly query: URLSearchParams;
  readonly account: Account | undefined;
  readonly code: OAuthCode | undefined;
}

function gatherFacts(store: PlatformStore, call: WireCall): ExchangeFacts {
  const query = new URLSearchParams(call.rawQuery);
  return {
    call,
    query,
    account: store.accounts.find(query.get("appid") ?? ""),
    code: store.oauthCodes.find(query.get("code") ?? ""),
  };
}

type ExchangeCheck = (facts: ExchangeFacts) => Refusal | undefined;

const methodIsGet: ExchangeCheck = ({ call }) => (call.method === "GET" ? undefined : GET_ONLY);

const grantTypeIsAuthorizationCode: ExchangeCheck = ({ query }) =>
  query.get("grant_type") === "authorization_code"
    ? undefined
    : because(
        40002,
        "grant_type 必须是 authorization_code。",
        "grant_type must be authorization_code.",
      );

const accountIsKnown: ExchangeCheck = ({ query, account }) => {
  if (isAbsent(query, "appid")) return because(41002, "没有 appid。", "There is no appid.");
  return account === undefined
    ? because(
        40013,
        "本平台没有这个 appid 的账号。",
        "This platform has no account with this appid.",
      )
    : undefined;
};

const secretIsRight: ExchangeCheck = ({ query, account }) => {
  if (isAbsent(query, "secret")) return because(41004, "没有 secret。", "There is no secret.");
  return query.get("secret") === account?.secret
    ? undefined
    : because(40125, "secret 与这个账号的不符。", "This is not the account's secret.");
};

const codeIsKnown: ExchangeCheck = ({ query, account, code }) => {
  if (isAbsent(query, "code")) return because(41008, "没有 code。", "There is no code.");
  return code !== undefined && code.appid === account?.appid
    ? undefined
    : because(
        40029,
        "本平台没有给这个账号签发过这个 code。",
        "This platform never gave this code to this account.",
      );
};

const codeIsUnused: ExchangeCheck = ({ code }) =>
  code?.usedAt === undefined
    ? undefined
    : explain(40163, code.usedAt, [
        "code 只能用一次，它已于 {at} 用过。",
        "A code is good for once; this one was used at {at}.",
      ]);

const codeIsFresh: ExchangeCheck = ({ code, call }) => {
  const expiresAt = (code?.issuedAt ?? 0) + CODE_LIFE_MS;
  return call.at < expiresAt
    ? undefined
    : explain(42003, expiresAt, [
        "code 的有效期是五分钟，它已于 {at} 过期。",
        "A code lives five minutes; this one expired at {at}.",
      ]);
};

const EXCHANGE_CHECKS: readonly ExchangeCheck[] = [
  methodIsGet,
  grantTypeIsAuthorizationCode,
  accountIsKnown,
  secretIsRight,
  codeIsKnown,
  codeIsUnused,
  codeIsFresh,
];

function isAbsent(query: URLSearchParams, name: string): boolean {
  return (query.get(name) ?? "") === "";
}

function because(errcode: number, zh: string, en: string): Refusal {
  return { errcode, why: { zh, en } };
}
