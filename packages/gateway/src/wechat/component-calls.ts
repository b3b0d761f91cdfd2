import {
  AUTHORIZER_TOKEN_PATH,
  buildAuthorizerTokenBody,
  buildComponentTokenBody,
  COMPONENT_TOKEN_PATH,
  parseAuthorizerTokenReply,
  parseComponentTokenReply,
} from "@yici/protocol";
import type {
  AccessToken,
  AppId,
  ParsedAuthorizerTokenReply,
  ParsedTokenReply,
} from "@yici/protocol";
import type { PlatformAddress } from "../store/records.ts";
import type { ApiRequest, ExchangeLimits, ExchangeOutcome } from "./exchange.ts";

/** What of a third-party platform decides how its calls are made. */
export interface CalledComponent {
  readonly appid: AppId;
  readonly platform: PlatformAddress;
  readonly isDemo: boolean;
}

/** One question for the component's own token. */
export interface ComponentTokenCall {
  readonly component: CalledComponent;
  readonly secret: string;
  readonly ticket: string;
  readonly limits: ExchangeLimits;
}

/** One question for the token of an account that is entrusted to a component. */
export interface AuthorizerTokenCall {
  readonly component: CalledComponent;
  readonly componentToken: AccessToken;
  readonly authorizerAppid: AppId;
  readonly refreshToken: string;
  readonly limits: ExchangeLimits;
}

interface Unanswered {
  readonly kind: "unanswered";
  readonly reason: string;
}

/** What a question for an account's token came to. */
export type AuthorizerTokenReply =
  | Exclude<ParsedAuthorizerTokenReply, { readonly kind: "unreadable" }>
  | Unanswered;

export function buildComponentAsk({ component, secret, ticket }: ComponentTokenCall): ApiRequest {
  const body = buildComponentTokenBody({ componentAppid: component.appid, secret, ticket });
  return { method: "POST", path: COMPONENT_TOKEN_PATH, body };
}

export function readComponentToken(
  outcome: ExchangeOutcome,
): Exclude<ParsedTokenReply, { readonly kind: "unreadable" }> | Unanswered {
  if (outcome.kind !== "replied") return { kind: "unanswered", reason: outcome.reason };
  const reply = parseComponentTokenReply(outcome.body);
  return reply.kind === "unreadable" ? UNREADABLE : reply;
}

export function buildAuthorizerAsk({
  component,
  componentToken,
  authorizerAppid,
  refreshToken,
}: AuthorizerTokenCall): ApiRequest {
  const query = `component_access_token=${encodeURIComponent(componentToken)}`;
  const request = { componentAppid: component.appid, authorizerAppid, refreshToken };
  return {
    method: "POST",
    path: `${AUTHORIZER_TOKEN_PATH}?${query}`,
    body: buildAuthorizerTokenBody(request),
  };
}

export function readAuthorizerToken(outcome: ExchangeOutcome): AuthorizerTokenReply {
  if (outcome.kind !== "replied") return { kind: "unanswered", reason: outcome.reason };
  const reply = parseAuthorizerTokenReply(outcome.body);
  return reply.kind === "unreadable" ? UNREADABLE : reply;
}

const UNREADABLE: Unanswered = { kind: "unanswered", reason: "reply_unreadable" };
