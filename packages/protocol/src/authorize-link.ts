/**
 * The authorize link, by which a person is asked for a grant.
 * Official page: https://developers.weixin.qq.com/doc/subscription/guide/product/message/One-time_subscription_info.html
 */

import { ArgumentError } from "./errors.ts";
import type { AppId, Scene, TemplateId } from "./identifiers.ts";
import { listRepeated, readParameter } from "./query.ts";
import { isWebAddress } from "./web-address.ts";

/** What a link asks for. */
export interface AuthorizeRequest {
  readonly appid: AppId;
  readonly scene: Scene;
  readonly templateId: TemplateId;
  /** Where the person returns to, not encoded: an absolute http(s) URL, or `appid://` of a mobile app. */
  readonly redirectUrl: string;
  /** State to get back unchanged: 1–128 letters and digits. */
  readonly reserved?: string | undefined;
}

/** The parameters of a link as they stand in it, decoded once; nothing is judged, `undefined` means absent. */
export interface AuthorizeParameters {
  readonly action: string | undefined;
  readonly appid: string | undefined;
  readonly scene: string | undefined;
  readonly templateId: string | undefined;
  readonly redirectUrl: string | undefined;
  readonly reserved: string | undefined;
  /** OAuth's spelling, a frequent mistake for `redirect_url`. */
  readonly redirectUri: string | undefined;
  /** Whether the fragment is exactly `wechat_redirect`; `undefined` from a query, for a server never sees a fragment. */
  readonly hasWechatRedirect: boolean | undefined;
  /** Names of the parameters above that came more than once; their first value is the one reported. */
  readonly repeated: readonly string[];
}

/** Where the confirm page lives. */
export const AUTHORIZE_PATH = "/mp/subscribemsg";

/** WeChat's own host for the confirm page. */
export const AUTHORIZE_ORIGIN = "https://mp.weixin.qq.com";

/** The longest redirect URL we put into a link; the document names no limit, common servers do. */
export const REDIRECT_URL_MAX = 2_048;

const PARAMETERS = [
  "action",
  "appid",
  "scene",
  "template_id",
  "redirect_url",
  "reserved",
  "redirect_uri",
];

const RESERVED = /^[A-Za-z0-9]{1,128}$/;
const ESCAPE = /%[0-9A-F]{2}/g;

/**
 * Builds the link as the document writes it: its order of parameters, `redirect_url` encoded exactly once with
 * lower-case escapes, `#wechat_redirect` last. `origin` replaces WeChat's own, for a sandbox.
 * Throws {@link ArgumentError} for a redirect URL or a `reserved` the document does not allow.
 */
export function buildAuthorizeLink(
  request: AuthorizeRequest,
  options: { readonly origin?: string } = {},
): string {
  assertReserved(request.reserved);
  assertRedirectUrl(request.redirectUrl, request.appid);
  const link =
    `${options.origin ?? AUTHORIZE_ORIGIN}${AUTHORIZE_PATH}?action=get_confirm&appid=${request.appid}` +
    `&scene=${request.scene}&template_id=${request.templateId}&redirect_url=${encodeOnce(request.redirectUrl)}`;
  const reserved = request.reserved === undefined ? "" : `&reserved=${request.reserved}`;
  return `${link}${reserved}#wechat_redirect`;
}

/** Reads a link in any of the forms real clients send: any host, any order, `redirect_url` encoded or not. Never throws. */
export function parseAuthorizeLink(link: string): AuthorizeParameters {
  const hash = link.indexOf("#");
  const beforeFragment = hash === -1 ? link : link.slice(0, hash);
  const fragment = hash === -1 ? "" : link.slice(hash + 1);
  const mark = beforeFragment.indexOf("?");
  const rawQuery = mark === -1 ? "" : beforeFragment.slice(mark + 1);
  return { ...parseAuthorizeQuery(rawQuery), hasWechatRedirect: fragment === "wechat_redirect" };
}

/** Reads a link's query, without its `?`, as the server of the confirm page receives it. Never throws. */
export function parseAuthorizeQuery(rawQuery: string): AuthorizeParameters {
  const query = new URLSearchParams(rawQuery);
  return {
    action: readParameter(query, "action"),
    appid: readParameter(query, "appid"),
    scene: readParameter(query, "scene"),
    templateId: readParameter(query, "template_id"),
    redirectUrl: readParameter(query, "redirect_url"),
    reserved: readParameter(query, "reserved"),
    redirectUri: readParameter(query, "redirect_uri"),
    hasWechatRedirect: undefined,
    repeated: listRepeated(query, PARAMETERS),
  };
}

function assertReserved(reserved: string | undefined): void {
  if (reserved !== undefined && !RESERVED.test(reserved)) {
    throw new ArgumentError(
      "YICI_RESERVED_INVALID",
      "reserved must be 1 to 128 letters and digits",
    );
  }
}

function assertRedirectUrl(redirectUrl: string, appid: AppId): void {
  if (!isRedirectUrl(redirectUrl, appid)) {
    throw new ArgumentError(
      "YICI_REDIRECT_URL_INVALID",
      "redirectUrl must be an absolute http(s) URL without user name, or the app's own scheme",
    );
  }
}

function isRedirectUrl(redirectUrl: string, appid: AppId): boolean {
  if (redirectUrl.length > REDIRECT_URL_MAX) return false;
  return redirectUrl === `${appid}://` || isWebAddress(redirectUrl);
}

function encodeOnce(text: string): string {
  return encodeURIComponent(text).replace(ESCAPE, (escape) => escape.toLowerCase());
}
