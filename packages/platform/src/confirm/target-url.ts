/**
 * A web address somebody may be sent to, once its host is known to be right; `undefined` for what is none, for what a browser
 * might read as something else than we do, and for one with a user name.
 */
export function readTargetUrl(text: string): URL | undefined {
  if (!isTargetUrl(text)) return undefined;
  const url = URL.parse(text);
  return url?.username === "" && url.password === "" ? url : undefined;
}

/** Whether a text is a whole http(s) address that everybody reads alike. */
export function isTargetUrl(text: string): boolean {
  return !AMBIGUOUS.test(text) && /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}

/** What a browser would strip, or read as something else than the check did. */
const AMBIGUOUS = /[\p{Cc}\\]/u;
