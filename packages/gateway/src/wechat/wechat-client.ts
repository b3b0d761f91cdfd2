import {
  buildSendBody,
  buildStableTokenBody,
  buildTokenQuery,
  parseReply,
  parseTokenReply,
  SEND_PATH,
  STABLE_TOKEN_PATH,
  TOKEN_PATH,
} from "@yici/protocol";
import type { AccessToken, ParsedTokenReply } from "@yici/protocol";
import type { World } from "@yici/runtime";
import type { AttemptOutcome } from "../deliveries/delivery.ts";
import type { Message } from "../messages/message.ts";
import type { AccountRecord } from "../store/records.ts";
import { findApiOrigin } from "./api-origin.ts";
import {
  type AuthorizerTokenCall,
  type AuthorizerTokenReply,
  buildAuthorizerAsk,
  buildComponentAsk,
  type ComponentTokenCall,
  readAuthorizerToken,
  readComponentToken,
} from "./component-calls.ts";
import { createExchange } from "./exchange.ts";
import type { ApiRequest, ExchangeLimits, ExchangeOutcome } from "./exchange.ts";
import { oncePerObject } from "./once-per-object.ts";
import { buildQuotaAsk, type QuotaCall, type QuotaReply, readQuota } from "./quota-call.ts";

/** What of an account decides how its platform is called. */
export type CalledAccount = Pick<
  AccountRecord,
  "appid" | "kind" | "templateId" | "platform" | "isDemo"
>;

/** What a send is authorized by. */
interface SendToken {
  readonly value: AccessToken;
}

/** One message about to be sent. */
export interface SendCall {
  readonly account: CalledAccount;
  readonly message: Pick<Message, "openid" | "scene" | "content">;
  /** One object for all sends with one token: what is made of it is made once. */
  readonly token: SendToken;
  readonly limits: ExchangeLimits;
}

/** One question for an access token. */
export interface TokenCall {
  readonly account: CalledAccount;
  readonly secret: string;
  /** Ends the token in force at once, for whoever holds it; the platform allows it 20 times a day. */
  readonly isForced: boolean;
  readonly limits: ExchangeLimits;
}

/** One question to a team's own token service. */
export interface ServiceCall {
  readonly url: string;
  readonly bearer: string;
  /** SHA-256, hex, of the token that a platform refused, if one did. */
  readonly refusedHash: string | undefined;
  readonly limits: ExchangeLimits;
}

/** What a question for a token came to. */
export type TokenReply =
  | Exclude<ParsedTokenReply, { readonly kind: "unreadable" }>
  | { readonly kind: "unanswered"; readonly reason: string };

/** The calls the gateway makes at WeChat. They never reject, and nothing they answer holds a token or secret it was given. */
export interface WechatClient {
  /** Sends one message, once. Official page: the one of `SEND_PATH`. */
  send(call: SendCall): Promise<AttemptOutcome>;
  /**
   * Asks for a token: stable_token, in normal mode unless it is forced, which leaves other holders of a token alone; for a mobile app
   * `/cgi-bin/token`, the only one documented for it.
   */
  askToken(call: TokenCall): Promise<TokenReply>;
  /**
   * Asks a team's own token service: `GET` with a bearer, answered `{"access_token":…,"expires_in":…}` with the seconds
   * that are left. A token that was refused is named by its hash in `refused_token_sha256`, never shown.
   */
  askTokenService(call: ServiceCall): Promise<TokenReply>;
  /** What a third-party platform asks for itself and for an account that is entrusted to it. */
  askComponentToken(call: ComponentTokenCall): Promise<TokenReply>;
  askAuthorizerToken(call: AuthorizerTokenCall): Promise<AuthorizerTokenReply>;
  /** Asks how much of the day's quota of sends is left. */
  askQuota(call: QuotaCall): Promise<QuotaReply>;
}

const NOT_JSON = "reply_unreadable";

/** Characters kept of what a platform says: its texts have some sixty. */
const ERRMSG_MAX = 500;

export function createWechatClient(
  world: Pick<World, "dispatcher" | "monotonic" | "sleep">,
): WechatClient {
  const exchange = createExchange(world);
  const originOf = oncePerObject(findApiOrigin);
  const sendPathOf = oncePerObject(buildSendPath);
  const call = (
    account: Pick<CalledAccount, "platform" | "isDemo">,
    request: ApiRequest,
    limits: ExchangeLimits,
  ): Promise<ExchangeOutcome> => {
    const origin = originOf(account);
    return origin === undefined
      ? Promise.resolve({ kind: "unsent", reason: "demo_account" })
      : exchange(origin, request, limits);
  };
  return {
    send: async (send) => {
      const body = buildBody(send);
      const request = { method: "POST", path: sendPathOf(send.token), body } as const;
      return readSend(await call(send.account, request, send.limits));
    },
    askToken: async (ask) => readToken(await call(ask.account, buildAsk(ask), ask.limits)),
    askTokenService: async (ask) => {
      const url = new URL(ask.url);
      return readToken(await exchange(url.origin, buildServiceAsk(url, ask), ask.limits));
    },
    askComponentToken: async (ask) =>
      readComponentToken(await call(ask.component, buildComponentAsk(ask), ask.limits)),
    askAuthorizerToken: async (ask) =>
      readAuthorizerToken(await call(ask.component, buildAuthorizerAsk(ask), ask.limits)),
    askQuota: async (ask) => readQuota(await call(ask.account, buildQuotaAsk(ask), ask.limits)),
  };
}

function buildSendPath({ value }: SendToken): string {
  return `${SEND_PATH}?access_token=${encodeURIComponent(value)}`;
}

function buildBody({ account, message }: SendCall): string {
  const { openid: touser, scene, content } = message;
  return buildSendBody({ ...content, touser, scene, templateId: account.templateId });
}

function buildAsk({ account, secret, isForced }: TokenCall): ApiRequest {
  const { appid, kind } = account;
  return kind === "mobile_app"
    ? { method: "GET", path: `${TOKEN_PATH}?${buildTokenQuery(appid, secret)}`, body: undefined }
    : {
        method: "POST",
        path: STABLE_TOKEN_PATH,
        body: buildStableTokenBody({ appid, secret, forceRefresh: isForced }),
      };
}

function buildServiceAsk(
  { pathname, searchParams }: URL,
  { bearer, refusedHash }: ServiceCall,
): ApiRequest {
  if (refusedHash !== undefined) searchParams.set("refused_token_sha256", refusedHash);
  return {
    method: "GET",
    path: searchParams.size === 0 ? pathname : `${pathname}?${searchParams.toString()}`,
    body: undefined,
    headers: ["accept", "application/json", "authorization", `Bearer ${bearer}`],
  };
}

function readSend(outcome: ExchangeOutcome): AttemptOutcome {
  if (outcome.kind !== "replied") return outcome;
  const reply = parseReply(outcome.body);
  if (reply.kind === "unreadable") return { kind: "unanswered", reason: NOT_JSON };
  const { errcode, errmsg, rid } = reply;
  return { kind: "answered", errcode, errmsg: errmsg.slice(0, ERRMSG_MAX), rid };
}

/** A token call can be repeated without harm, so "unsent" and "unanswered" are one. */
function readToken(outcome: ExchangeOutcome): TokenReply {
  if (outcome.kind !== "replied") return { kind: "unanswered", reason: outcome.reason };
  const reply = parseTokenReply(outcome.body);
  if (reply.kind === "unreadable") return { kind: "unanswered", reason: NOT_JSON };
  return reply.kind === "token" ? reply : { ...reply, errmsg: reply.errmsg.slice(0, ERRMSG_MAX) };
}
