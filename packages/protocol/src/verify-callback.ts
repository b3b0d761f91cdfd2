import { parseCallback } from "./callback.ts";
import type { CallbackParameters } from "./callback.ts";
import { parseOpenId, parseScene } from "./identifiers.ts";
import type { AppId, EpochMs, OpenId, Scene, TemplateId } from "./identifiers.ts";
import { hashBrowser, hashTemplate, verifyReserved } from "./reserved.ts";
import type { ReservedKeys, ReservedSource, VerifiedClaims } from "./reserved.ts";

const verified: unique symbol = Symbol("verified");

/** What a callback must agree with. */
export interface CallbackExpectation {
  /** The account whose callback address was visited. */
  readonly appid: AppId;
  /** That account's template. */
  readonly templateId: TemplateId;
  readonly keys: ReservedKeys;
  readonly now: EpochMs;
  /** The value of the visitor's browser cookie, if it brought one. */
  readonly browser?: string | undefined;
}

interface Decision {
  readonly appid: AppId;
  readonly scene: Scene;
  readonly templateId: TemplateId;
  readonly nonce: string;
  readonly issuedAt: EpochMs;
  readonly source: ReservedSource;
}

/** A person's consent. Only {@link verifyCallback} makes one; that its nonce is used once is still to be seen to. */
export interface ConfirmedCallback extends Decision {
  readonly kind: "confirmed";
  readonly [verified]: true;
  /** As the browser says: neither WeChat nor `reserved` vouches for it. */
  readonly openid: OpenId;
  /** `bound`: the browser that started is the browser that returned. */
  readonly evidence: "bound" | "unbound";
  /** Of the browser that returned; `undefined` when it brought no cookie. */
  readonly browserHash: string | undefined;
}

/** A person's refusal; it names nobody. */
export interface DeclinedCallback extends Decision {
  readonly kind: "declined";
  readonly isSameBrowser: boolean;
}

/** Why a callback counts for nothing. */
export type RefusedReason =
  | "repeated_parameter"
  | "too_long"
  | "reserved_missing"
  | "malformed"
  | "forged"
  | "expired"
  | "not_yet"
  | "account_mismatch"
  | "scene_mismatch"
  | "template_mismatch"
  | "action_unknown"
  | "openid_missing"
  | "openid_malformed";

/** A callback that counts for nothing. */
export interface RefusedCallback {
  readonly kind: "refused";
  readonly reason: RefusedReason;
}

/**
 * Judges a callback's query, without its `?`. First that its `reserved` is ours and in date, then that path and query
 * agree with it, then what the person decided. Never throws for any query.
 */
export function verifyCallback(
  rawQuery: string,
  expected: CallbackExpectation,
): ConfirmedCallback | DeclinedCallback | RefusedCallback {
  const parameters = parseCallback(rawQuery);
  if (parameters.kind === "refused") return refuse(parameters.reason);
  if (isMissing(parameters.reserved)) return refuse("reserved_missing");
  const verdict = verifyReserved(parameters.reserved, expected.keys, expected.now);
  if (verdict.kind === "refused") return refuse(verdict.reason);
  const mismatch = findMismatch(parameters, verdict.claims, expected);
  return mismatch === undefined ? decide(parameters, verdict.claims, expected) : refuse(mismatch);
}

function refuse(reason: RefusedReason): RefusedCallback {
  return { kind: "refused", reason };
}

/** WeChat's own client writes `null` when an app gave no `reserved`. */
function isMissing(reserved: string | undefined): reserved is undefined {
  return reserved === undefined || reserved === "" || reserved === "null";
}

function findMismatch(
  parameters: CallbackParameters,
  claims: VerifiedClaims,
  expected: CallbackExpectation,
): RefusedReason | undefined {
  if (claims.appid !== expected.appid) return "account_mismatch";
  if (parameters.templateId !== expected.templateId) return "template_mismatch";
  if (claims.templateHash !== hashTemplate(expected.templateId)) return "template_mismatch";
  if (parseScene(parameters.scene ?? "") !== claims.scene) return "scene_mismatch";
  return undefined;
}

function decide(
  parameters: CallbackParameters,
  claims: VerifiedClaims,
  expected: CallbackExpectation,
): ConfirmedCallback | DeclinedCallback | RefusedCallback {
  const browserHash = expected.browser === undefined ? undefined : hashBrowser(expected.browser);
  const isSameBrowser = claims.kind === "bound" && claims.browserHash === browserHash;
  const decision = describe(claims, expected.templateId);
  if (parameters.action === "cancel") return { kind: "declined", ...decision, isSameBrowser };
  if (parameters.action !== "confirm") return refuse("action_unknown");
  if (parameters.openid === undefined || parameters.openid === "") return refuse("openid_missing");
  const openid = parseOpenId(parameters.openid);
  if (openid === undefined) return refuse("openid_malformed");
  const evidence = isSameBrowser ? "bound" : "unbound";
  return { kind: "confirmed", [verified]: true, ...decision, openid, evidence, browserHash };
}

function describe(claims: VerifiedClaims, templateId: TemplateId): Decision {
  const { appid, scene, nonce, issuedAt, source } = claims;
  return { appid, scene, templateId, nonce, issuedAt, source };
}
