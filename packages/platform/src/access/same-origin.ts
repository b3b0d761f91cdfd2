import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a form was posted by a page of ours, or by no page at all. Browsers say so themselves: by `Sec-Fetch-Site`
 * where they trust the connection (https and loopback), else by `Origin`.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}
