/**
 * The two calls that give an access token.
 * Official pages: https://developers.weixin.qq.com/doc/service/api/base/api_getaccesstoken and
 * https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
 */

import { parseAccessToken } from "./identifiers.ts";
import type { AccessToken, AppId } from "./identifiers.ts";
import { parseJsonObject, readText } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { parseReply } from "./reply.ts";

/** What a caller asks stable_token for; `forceRefresh` ends the previous stable token at once and is allowed 20 times a day. */
export interface StableTokenRequest {
  readonly appid: AppId;
  readonly secret: string;
  readonly forceRefresh: boolean;
}

/** The fields of a token call as they came, not judged; `undefined` means absent or empty. */
export interface LenientTokenFields {
  readonly grantType: string | undefined;
  readonly appid: string | undefined;
  readonly secret: string | undefined;
}

/** A stable_token body that was read, or the errcode for one that is empty (44002) or no JSON object (47001). */
export type ParsedStableTokenBody =
  | {
      readonly kind: "parsed";
      readonly fields: LenientTokenFields & { readonly forceRefresh: boolean };
    }
  | { readonly kind: "refused"; readonly errcode: 44002 | 47001 };

/** What a token call answered; `expiresInS` is in seconds. */
export type ParsedTokenReply =
  | { readonly kind: "token"; readonly accessToken: AccessToken; readonly expiresInS: number }
  | {
      readonly kind: "refused";
      readonly errcode: number;
      readonly errmsg: string;
      readonly rid?: string;
    }
  | { readonly kind: "unreadable" };

/** GET, with {@link buildTokenQuery} as its query. */
export const TOKEN_PATH = "/cgi-bin/token";

/** POST, with {@link buildStableTokenBody} as its body. */
export const STABLE_TOKEN_PATH = "/cgi-bin/stable_token";

/** The only grant type there is. */
export const TOKEN_GRANT_TYPE = "client_credential";

/** The query of a token call, without `?`. It holds the secret: never log it. */
export function buildTokenQuery(appid: AppId, secret: string): string {
  return `grant_type=${TOKEN_GRANT_TYPE}&appid=${appid}&secret=${encodeURIComponent(secret)}`;
}

/** Reads a token call's query, without its `?`. Never throws. */
export function parseTokenQuery(rawQuery: string): LenientTokenFields {
  const query = new URLSearchParams(rawQuery);
  return {
    grantType: readText(query.get("grant_type")),
    appid: readText(query.get("appid")),
    secret: readText(query.get("secret")),
  };
}

/** The body of a stable_token call. It holds the secret: never log it. */
export function buildStableTokenBody(request: StableTokenRequest): string {
  return JSON.stringify({
    grant_type: TOKEN_GRANT_TYPE,
    appid: request.appid,
    secret: request.secret,
    force_refresh: request.forceRefresh,
  });
}

/** Reads a stable_token body; an absent `force_refresh` is `false`, as documented. Never throws. */
export function parseStableTokenBody(body: string): ParsedStableTokenBody {
  if (body.trim() === "") return { kind: "refused", errcode: 44002 };
  const object = parseJsonObject(body);
  return object === undefined
    ? { kind: "refused", errcode: 47001 }
    : { kind: "parsed", fields: readFields(object) };
}

/** The reply that gives a token. */
export function buildTokenReply(accessToken: string, expiresInS: number): string {
  return JSON.stringify({ access_token: accessToken, expires_in: expiresInS });
}

/** Reads the reply to either call. Never throws. */
export function parseTokenReply(body: string): ParsedTokenReply {
  const reply = parseJsonObject(body);
  const accessToken = parseAccessToken(readText(reply?.["access_token"]) ?? "");
  const expiresInS = reply?.["expires_in"];
  if (accessToken === undefined || !isLifetime(expiresInS)) return readRefusal(body);
  return { kind: "token", accessToken, expiresInS };
}

function readFields(body: JsonObject): LenientTokenFields & { readonly forceRefresh: boolean } {
  return {
    grantType: readText(body["grant_type"]),
    appid: readText(body["appid"]),
    secret: readText(body["secret"]),
    forceRefresh: body["force_refresh"] === true,
  };
}

function isLifetime(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function readRefusal(body: string): ParsedTokenReply {
  const reply = parseReply(body);
  if (reply.kind === "unreadable" || reply.errcode === 0) return { kind: "unreadable" };
  return { ...reply, kind: "refused" };
}
