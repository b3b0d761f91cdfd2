import { verifyCallback } from "@yici/protocol";
import type { RefusedReason, ReservedKeys } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { Ledger } from "../store/ledger.ts";
import type { AccountRecord } from "../store/records.ts";

/** One browser arriving at an account's callback address. */
export interface CallbackVisit {
  readonly account: AccountRecord;
  /** Without its `?`. */
  readonly rawQuery: string;
  /** The value of the browser's cookie, if it has one. */
  readonly browser: string | undefined;
}

/** Why a callback was not recorded. */
export type RefusalReason = RefusedReason | "nonce_used";

export type CallbackOutcome =
  /** Consent is on record, by this visit or by an earlier one with the same query. */
  | { readonly kind: "confirmed"; readonly linkId: string }
  /** The person said no; nothing about them is on record. */
  | { readonly kind: "declined"; readonly linkId: string }
  | { readonly kind: "refused"; readonly reason: RefusalReason }
  /** The link takes no more for the moment; the same query may come again. */
  | { readonly kind: "busy" };

/** What receiving needs besides the visit. */
export interface CallbackContext {
  readonly ledger: Pick<Ledger, "confirm" | "decline">;
  readonly keys: ReservedKeys;
  readonly now: EpochMs;
  /** Whether a link's rate limit lets one more through. Asked for genuine callbacks only. */
  readonly admitsLink: (linkId: string) => boolean;
}

/**
 * Verifies a callback, then records what the person decided. The cookie raises or lowers the evidence and nothing else:
 * a consent that returns in another browser is a consent all the same.
 */
export async function receiveCallback(
  { account, rawQuery, browser }: CallbackVisit,
  { ledger, keys, now, admitsLink }: CallbackContext,
): Promise<CallbackOutcome> {
  const { appid, templateId } = account;
  const callback = verifyCallback(rawQuery, { appid, templateId, keys, now, browser });
  if (callback.kind === "refused") return callback;
  const linkId = callback.source.id;
  if (!admitsLink(linkId)) return { kind: "busy" };
  if (callback.kind === "declined") {
    await ledger.decline(callback, now);
    return { kind: "declined", linkId };
  }
  const outcome = await ledger.confirm(callback, now);
  return outcome.kind === "refused" ? outcome : { kind: "confirmed", linkId };
}
