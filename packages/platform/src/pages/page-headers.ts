/** What a page needs beyond the strictest that all of them share. */
export interface PagePolicy {
  /** An answered form leads to other people's addresses; browsers hold redirects against `form-action` too. */
  readonly doFormsLeave?: boolean;
}

/**
 * The headers of every HTML page: its type, its Content-Security-Policy, and that nobody keeps or frames it.
 * A style attribute is allowed because a message's own colour is one; scripts and style sheets are files of ours.
 */
export function buildPageHeaders(policy: PagePolicy = {}): Readonly<Record<string, string>> {
  const directives = [
    "default-src 'none'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(policy.doFormsLeave === true ? [] : ["form-action 'self'"]),
  ];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": directives.join("; "),
    "cache-control": "no-store",
    // Not `no-referrer`: under it a browser's own form would name its origin as `null`.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
}
