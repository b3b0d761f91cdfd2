import { buildQuotaBody, parseQuotaReply, QUOTA_PATH, SEND_PATH } from "@yici/protocol";
import type { AccessToken, ParsedQuotaReply } from "@yici/protocol";
import type { AccountRecord } from "../store/records.ts";
import type { ApiRequest, ExchangeLimits, ExchangeOutcome } from "./exchange.ts";

/** One question for the day's quota of sends. */
export interface QuotaCall {
  readonly account: Pick<AccountRecord, "platform" | "isDemo">;
  readonly accessToken: AccessToken;
  readonly limits: ExchangeLimits;
}

/** What it came to. */
export type QuotaReply =
  | Exclude<ParsedQuotaReply, { readonly kind: "unreadable" }>
  | { readonly kind: "unanswered"; readonly reason: string };

export function buildQuotaAsk({ accessToken }: QuotaCall): ApiRequest {
  return {
    method: "POST",
    path: `${QUOTA_PATH}?access_token=${encodeURIComponent(accessToken)}`,
    body: buildQuotaBody(SEND_PATH),
  };
}

export function readQuota(outcome: ExchangeOutcome): QuotaReply {
  if (outcome.kind !== "replied") return { kind: "unanswered", reason: outcome.reason };
  const reply = parseQuotaReply(outcome.body);
  return reply.kind === "unreadable" ? { kind: "unanswered", reason: "reply_unreadable" } : reply;
}
