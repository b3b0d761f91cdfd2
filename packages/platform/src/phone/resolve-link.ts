import { BIND_COMPONENT_PATHS, COMPONENT_LOGIN_PATH } from "../component/component-login-paths.ts";
import { OAUTH_AUTHORIZE_PATH } from "../oauth/oauth-paths.ts";

/** The longest link that is opened; a browser's address bar takes no more of it either. */
export const LINK_MAX_LENGTH = 8192;

/** The pages of WeChat's own hosts that this platform stands in for. */
const PLAYED_PAGES: ReadonlyMap<string, readonly string[]> = new Map([
  ["mp.weixin.qq.com", ["/mp/subscribemsg", COMPONENT_LOGIN_PATH, ...BIND_COMPONENT_PATHS]],
  ["open.weixin.qq.com", [OAUTH_AUTHORIZE_PATH, ...BIND_COMPONENT_PATHS]],
]);

/**
 * Where a pasted link leads, fit for a `Location` header; `undefined` when it is none of http or https. A link to a page of
 * WeChat's own that is played here opens on this platform: what is pasted into a sandbox stays in it.
 */
export function resolveLink(text: string): string | undefined {
  const link = text.trim();
  if (link.length > LINK_MAX_LENGTH || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  return isPlayedHere(url) ? `${url.pathname}${url.search}${url.hash}` : url.href;
}

function isPlayedHere({ hostname, pathname }: URL): boolean {
  return PLAYED_PAGES.get(hostname)?.includes(pathname) === true;
}
