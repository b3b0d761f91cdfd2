/**
 * The address of a result page: `/callback/{account}/done/{ticket}`. The callback's own address holds an openid, so the
 * browser is sent on at once; the ticket says only what the page shows, signed, so that nobody can link to a page of
 * ours that claims a confirmation.
 *
 *   ticket = outcome "." link "." issued at, base36 "." MAC (HMAC-SHA256 cut to 16 bytes, base64url)
 */

import { timingSafeEqual } from "node:crypto";
import { createMac, RESERVED_LIFE_MS } from "@yici/protocol";
import type { ReservedKeys } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { CallbackOutcome, RefusalReason } from "./receive-callback.ts";

/** What a result page shows: what became of the callback, and by which link (empty when unknown). */
export interface CallbackResult {
  readonly outcome: "confirmed" | "declined" | RefusalReason;
  readonly linkId: string;
}

/** How long a result page can be loaded again. */
const RESULT_LIFE_MS = RESERVED_LIFE_MS;

const TICKET = /^([a-z_]{1,32})\.([a-z0-9]{0,16})\.([0-9a-z]{1,10})\.([A-Za-z0-9_-]{22})$/;
const MAC_BYTES = 16;
const computeMac = createMac("yici result ticket v1");

/** What a settled callback's page shows. */
export function summariseOutcome(
  outcome: Exclude<CallbackOutcome, { readonly kind: "busy" }>,
): CallbackResult {
  return outcome.kind === "refused"
    ? { outcome: outcome.reason, linkId: "" }
    : { outcome: outcome.kind, linkId: outcome.linkId };
}

/** Signs a result for one account's pages. */
export function signResult(
  result: CallbackResult,
  code: string,
  keys: ReservedKeys,
  now: EpochMs,
): string {
  const text = `${result.outcome}.${result.linkId}.${now.toString(36)}`;
  return `${text}.${macOf(text, code, keys[0]).toString("base64url")}`;
}

/** The result that a ticket vouches for; `undefined` when it is not ours, not this account's, or too old. */
export function verifyResult(
  ticket: string,
  code: string,
  keys: ReservedKeys,
  now: EpochMs,
): CallbackResult | undefined {
  const [, outcome = "", linkId = "", issuedAt = "", mac = ""] = TICKET.exec(ticket) ?? [];
  const text = `${outcome}.${linkId}.${issuedAt}`;
  const given = Buffer.from(mac, "base64url");
  const isOurs = keys.some((key) => isEqual(given, macOf(text, code, key)));
  if (!isOurs || now >= Number.parseInt(issuedAt, 36) + RESULT_LIFE_MS) return undefined;
  return { outcome: outcome as CallbackResult["outcome"], linkId };
}

function isEqual(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

function macOf(text: string, code: string, key: Uint8Array): Buffer {
  return computeMac(Buffer.from(`${code}.${text}`), key).subarray(0, MAC_BYTES);
}
