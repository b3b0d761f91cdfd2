import assert from "node:assert/strict";
import { type AppId, type JsonObject, parseJsonObject } from "@yici/protocol";
import type { Account } from "../accounts/account.ts";
import type { Conduct } from "../readings/conduct.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { findAccessToken } from "../tokens/find-access-token.ts";
import { judgeToken } from "../tokens/judge-token.ts";
import { explainBody, GET_ONLY, POST_ONLY } from "./body-refusals.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refuse.ts";
import type { WireAnswer, WireCall, WireEndpoint } from "./wire-call.ts";

/** A call that an account makes with its token. */
export interface AccountCall {
  readonly store: PlatformStore;
  readonly call: WireCall;
  readonly account: Account;
  /** Without members for a call by GET. */
  readonly body: JsonObject;
  readonly conduct: Conduct;
}

interface AccountEndpoint {
  readonly method: "GET" | "POST";
  /** What is answered besides `errcode` and `errmsg`, or why not. */
  perform(accountCall: AccountCall): Refusal | AccountReply;
}

/** What a reply says; an empty one is the plain `{"errcode":0,"errmsg":"ok"}`. */
export interface AccountReply {
  readonly reply: JsonObject;
  /** Leaves `errcode` and `errmsg` out, as some calls do when all is well. */
  readonly isBare?: boolean;
}

/** An endpoint for the account of the `access_token`; what is answered with success counts towards its quota. */
export function defineAccountEndpoint(endpoint: AccountEndpoint): WireEndpoint {
  return {
    findAppid: findTokensAppid,

    process(store, call, _world, conduct) {
      const token = findAccessToken(call.rawQuery);
      const issued = token === undefined ? undefined : store.tokens.find(token);
      const account = issued && store.accounts.find(issued.appid);
      const body = endpoint.method === "POST" ? parseJsonObject(call.body) : {};
      const refusal =
        judgeMethod(endpoint, call) ??
        judgeToken(token, issued, call.at) ??
        judgeBody(call, body) ??
        judgeStanding(account);
      const told = { appid: account?.appid, token };
      if (refusal !== undefined) return { ...refuse(call, refusal), ...told };
      assert(account && body, "the checks let through less");
      return { ...perform(endpoint, { store, call, account, body, conduct }), ...told };
    },
  };
}

/** The appid of a call's `access_token`, as long as it is remembered. */
export function findTokensAppid(
  store: PlatformStore,
  { rawQuery }: Pick<WireCall, "rawQuery">,
): AppId | undefined {
  return store.tokens.find(findAccessToken(rawQuery) ?? "")?.appid;
}

function perform(endpoint: AccountEndpoint, accountCall: AccountCall): WireAnswer {
  const { store, call, account } = accountCall;
  const outcome = endpoint.perform(accountCall);
  if ("errcode" in outcome) return refuse(call, outcome);
  store.usage.charge(account.appid, call.endpoint, call.at);
  const { reply, isBare = false } = outcome;
  const ok = { errcode: 0, errmsg: "ok" };
  return { ...ok, body: JSON.stringify(isBare ? reply : { ...ok, ...reply }) };
}

function judgeMethod({ method }: AccountEndpoint, call: WireCall): Refusal | undefined {
  if (call.method === method) return undefined;
  return method === "POST" ? POST_ONLY : GET_ONLY;
}

function judgeBody(call: WireCall, body: JsonObject | undefined): Refusal | undefined {
  if (body !== undefined) return undefined;
  return explainBody(call.body.trim() === "" ? 44002 : 47001);
}

function judgeStanding(account: Account | undefined): Refusal | undefined {
  return account?.standing === "restricted" || account?.standing === "frozen"
    ? ACCOUNT_LIMITED
    : undefined;
}

/** What still has a token may not use it. */
export const ACCOUNT_LIMITED: Refusal = {
  errcode: 50002,
  why: {
    zh: "这个账号被限制或冻结，还没过期的 access_token 也不能再用。",
    en: "The account is restricted or frozen, and tokens it still has are of no use.",
  },
};
