/** The longest link that is opened; a browser's address bar takes no more of it either. */
export const LINK_MAX_LENGTH = 8192;

/** The real one's confirm page. */
const AUTHORIZE_HOST = "mp.weixin.qq.com";
const AUTHORIZE_PATH = "/mp/subscribemsg";

/**
 * Where a pasted link leads, fit for a `Location` header; `undefined` when it is none of http or https. An authorize
 * link that names WeChat's own host opens on this platform: what is pasted into a sandbox stays in it.
 */
export function resolveLink(text: string): string | undefined {
  const link = text.trim();
  if (link.length > LINK_MAX_LENGTH || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  return isRealConfirmPage(url) ? `${url.pathname}${url.search}${url.hash}` : url.href;
}

function isRealConfirmPage({ hostname, pathname }: URL): boolean {
  return hostname === AUTHORIZE_HOST && pathname === AUTHORIZE_PATH;
}
