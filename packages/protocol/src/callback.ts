/**
 * The redirect back from the confirm page: one GET by the person's browser. Nothing in it is signed by WeChat.
 * Official page: https://developers.weixin.qq.com/doc/subscription/guide/product/message/One-time_subscription_info.html
 */

import { listRepeated, readParameter } from "./query.ts";

/** The button the person pressed. */
export type CallbackAction = "confirm" | "cancel";

/** What WeChat puts into a callback. */
export interface CallbackContent {
  /** From the authorize link, decoded. */
  readonly redirectUrl: string;
  readonly action: CallbackAction;
  /** Written only on confirm, whatever is passed. */
  readonly openid?: string | undefined;
  readonly templateId: string;
  /** Echoed as it came; left out when the link had none. */
  readonly reserved?: string | undefined;
  readonly scene: number;
}

/** A callback's parameters as they stand in the query, decoded once and not judged; `undefined` means absent. */
export interface CallbackParameters {
  readonly kind: "parsed";
  readonly openid: string | undefined;
  readonly templateId: string | undefined;
  readonly action: string | undefined;
  readonly scene: string | undefined;
  readonly reserved: string | undefined;
}

/** Why a query is not read at all. */
export interface RefusedQuery {
  readonly kind: "refused";
  readonly reason: "repeated_parameter" | "too_long";
  /** The parameter at fault, or `query` for the whole. */
  readonly parameter: string;
}

/** The longest query that is read, in characters. */
export const CALLBACK_QUERY_MAX = 8_192;

const VALUE_MAX = 1_024;

const PARAMETERS = ["openid", "template_id", "action", "reserved", "scene"];

const BARE_HOST = /^[a-z][a-z0-9+.-]*:\/\/[^/?]+$/i;
const UNSAFE_IN_HEADER = /[^\x21-\x7e]/gu;

/**
 * Builds the address the person is sent to: `redirectUrl` with openid, template_id, action, reserved and scene, in that
 * order, added to its query. The fragment stays behind the query: `clean` as it was, `observed` with the additional
 * encoded `#` that developers have seen. A path without a query is kept `as_given`, or gets the `slash` at its end that the
 * document writes; a bare host always gets it. The result is safe in a `Location` header.
 */
export function buildCallbackLocation(
  content: CallbackContent,
  options: {
    readonly fragment?: "clean" | "observed";
    readonly path?: "as_given" | "slash";
  } = {},
): string {
  const [given, fragment] = splitFragment(content.redirectUrl);
  const address = options.path === "slash" ? endInSlash(given) : given;
  return spellForHeader(
    `${address}${joinQuery(address)}${buildQuery(content)}${buildFragment(fragment, options.fragment)}`,
  );
}

/** A redirect URL with a query of its own added: behind the query it has, before its fragment. Safe in a `Location` header. */
export function addQuery(redirectUrl: string, query: string): string {
  const [address, fragment] = splitFragment(redirectUrl);
  return spellForHeader(`${address}${joinQuery(address)}${query}${buildFragment(fragment)}`);
}

/** Reads a callback's query, without its `?`; foreign parameters are ignored. Never throws. */
export function parseCallback(rawQuery: string): CallbackParameters | RefusedQuery {
  if (rawQuery.length > CALLBACK_QUERY_MAX) return refuse("too_long", "query");
  const query = new URLSearchParams(rawQuery);
  const [repeated] = listRepeated(query, PARAMETERS);
  if (repeated !== undefined) return refuse("repeated_parameter", repeated);
  const tooLong = PARAMETERS.find((name) => (query.get(name) ?? "").length > VALUE_MAX);
  if (tooLong !== undefined) return refuse("too_long", tooLong);
  return {
    kind: "parsed",
    openid: readParameter(query, "openid"),
    templateId: readParameter(query, "template_id"),
    action: readParameter(query, "action"),
    scene: readParameter(query, "scene"),
    reserved: readParameter(query, "reserved"),
  };
}

function spellForHeader(location: string): string {
  return location.toWellFormed().replace(UNSAFE_IN_HEADER, encodeURIComponent);
}

function endInSlash(address: string): string {
  return address.includes("?") || address.endsWith("/") ? address : `${address}/`;
}

function splitFragment(url: string): readonly [address: string, fragment: string] {
  const hash = url.indexOf("#");
  return hash === -1 ? [url, ""] : [url.slice(0, hash), url.slice(hash + 1)];
}

function joinQuery(address: string): string {
  if (BARE_HOST.test(address)) return "/?";
  const mark = address.indexOf("?");
  if (mark === -1) return "?";
  return mark === address.length - 1 || address.endsWith("&") ? "" : "&";
}

function buildQuery(content: CallbackContent): string {
  const parameters: readonly (readonly [name: string, value: string | undefined])[] = [
    ["openid", content.action === "confirm" ? content.openid : undefined],
    ["template_id", content.templateId],
    ["action", content.action],
    ["reserved", content.reserved],
    ["scene", String(content.scene)],
  ];
  return parameters
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeValue(value)}`]))
    .join("&");
}

function encodeValue(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function buildFragment(fragment: string, mode: "clean" | "observed" = "clean"): string {
  if (fragment === "") return "";
  return mode === "observed" ? `#%23${fragment}` : `#${fragment}`;
}

function refuse(reason: RefusedQuery["reason"], parameter: string): RefusedQuery {
  return { kind: "refused", reason, parameter };
}
