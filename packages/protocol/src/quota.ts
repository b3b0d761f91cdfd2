/**
 * How much of an API's quota an account has used.
 * Official page: https://developers.weixin.qq.com/doc/service/api/openapi/api_getapiquota
 */

import { isJsonObject, parseJsonObject } from "./json.ts";
import { parseReply } from "./reply.ts";

/** POST with `access_token` in the query and {@link buildQuotaBody} as its body. */
export const QUOTA_PATH = "/cgi-bin/openapi/quota/get";

/** What the call answered, in calls of the platform's day. */
export type ParsedQuotaReply =
  | { readonly kind: "quota"; readonly dailyLimit: number; readonly remain: number }
  | { readonly kind: "refused"; readonly errcode: number; readonly errmsg: string }
  | { readonly kind: "unreadable" };

/** The body that asks about one API; `path` with a leading slash, without host. */
export function buildQuotaBody(path: string): string {
  return JSON.stringify({ cgi_path: path });
}

/** Reads the reply. Never throws. */
export function parseQuotaReply(body: string): ParsedQuotaReply {
  const reply = parseReply(body);
  if (reply.kind === "unreadable") return reply;
  if (reply.errcode !== 0) {
    return { kind: "refused", errcode: reply.errcode, errmsg: reply.errmsg };
  }
  const quota = parseJsonObject(body)?.["quota"];
  if (!isJsonObject(quota)) return { kind: "unreadable" };
  const { daily_limit: dailyLimit, remain } = quota;
  return isCount(dailyLimit) && isCount(remain)
    ? { kind: "quota", dailyLimit, remain }
    : { kind: "unreadable" };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
