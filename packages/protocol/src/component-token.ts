/**
 * The calls by which a third-party platform (component) gets its own token and those of the accounts entrusted to it.
 * Official pages: https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/ticket-token/getComponentAccessToken.html
 * and …/getAuthorizerAccessToken.html
 */

import type { ParsedTokenReply } from "./access-token.ts";
import { parseAccessToken } from "./identifiers.ts";
import type { AccessToken, AppId } from "./identifiers.ts";
import { parseJsonObject, readText } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { parseReply } from "./reply.ts";

/** POST, with {@link buildComponentTokenBody} as its body. */
export const COMPONENT_TOKEN_PATH = "/cgi-bin/component/api_component_token";

/** POST with `component_access_token` in the query and {@link buildAuthorizerTokenBody} as its body. */
export const AUTHORIZER_TOKEN_PATH = "/cgi-bin/component/api_authorizer_token";

/** What a component shows for its own token; `ticket` is the last one that was pushed to it. */
export interface ComponentTokenRequest {
  readonly componentAppid: AppId;
  readonly secret: string;
  readonly ticket: string;
}

/** What a component shows for the token of an account that is entrusted to it. */
export interface AuthorizerTokenRequest {
  readonly componentAppid: AppId;
  readonly authorizerAppid: AppId;
  readonly refreshToken: string;
}

/** What the call for an account's token answered; `refreshToken` serves next time. */
export type ParsedAuthorizerTokenReply =
  | Exclude<ParsedTokenReply, { readonly kind: "token" }>
  | (Extract<ParsedTokenReply, { readonly kind: "token" }> & {
      readonly refreshToken: string | undefined;
    });

/** The body of the call for the component's own token. It holds the secret: never log it. */
export function buildComponentTokenBody(request: ComponentTokenRequest): string {
  return JSON.stringify({
    component_appid: request.componentAppid,
    component_appsecret: request.secret,
    component_verify_ticket: request.ticket,
  });
}

/** Reads the reply to it. Never throws. */
export function parseComponentTokenReply(body: string): ParsedTokenReply {
  const reply = parseJsonObject(body);
  return readToken(reply, "component_access_token") ?? readRefusal(body);
}

/** The body of the call for an account's token. It holds the refresh token: never log it. */
export function buildAuthorizerTokenBody(request: AuthorizerTokenRequest): string {
  return JSON.stringify({
    component_appid: request.componentAppid,
    authorizer_appid: request.authorizerAppid,
    authorizer_refresh_token: request.refreshToken,
  });
}

/** Reads the reply to it. Never throws. */
export function parseAuthorizerTokenReply(body: string): ParsedAuthorizerTokenReply {
  const reply = parseJsonObject(body);
  const token = readToken(reply, "authorizer_access_token");
  if (token === undefined) return readRefusal(body);
  return { ...token, refreshToken: readText(reply?.["authorizer_refresh_token"]) };
}

/**
 * The ticket in a decrypted push to a component's address for authorization events; `undefined` when it is another
 * event. WeChat's documents write the member as CDATA; both forms are read. Never throws.
 */
export function parseTicketPush(message: string): string | undefined {
  if (readMember(message, "InfoType") !== "component_verify_ticket") return undefined;
  return readMember(message, "ComponentVerifyTicket");
}

/** The encrypted part of a push's XML. Never throws. */
export function parseEncryptedPush(body: string): string | undefined {
  return readMember(body, "Encrypt");
}

/** One member of flat XML whose text needs no entities: what is read here is base64 or a token. */
function readMember(xml: string, name: string): string | undefined {
  const pattern = new RegExp(
    `<${name}>\\s*(?:<!\\[CDATA\\[([^<\\]]*)\\]\\]>|([^<]*))\\s*</${name}>`,
  );
  const [, cdata, text] = pattern.exec(xml) ?? [];
  return readText((cdata ?? text)?.trim());
}

function readToken(
  reply: JsonObject | undefined,
  member: string,
):
  | { readonly kind: "token"; readonly accessToken: AccessToken; readonly expiresInS: number }
  | undefined {
  const accessToken = parseAccessToken(readText(reply?.[member]) ?? "");
  const expiresInS = reply?.["expires_in"];
  const isLifetime =
    typeof expiresInS === "number" && Number.isSafeInteger(expiresInS) && expiresInS > 0;
  return accessToken === undefined || !isLifetime
    ? undefined
    : { kind: "token", accessToken, expiresInS };
}

function readRefusal(body: string): Exclude<ParsedTokenReply, { readonly kind: "token" }> {
  const reply = parseReply(body);
  if (reply.kind === "unreadable" || reply.errcode === 0) return { kind: "unreadable" };
  return { ...reply, kind: "refused" };
}
