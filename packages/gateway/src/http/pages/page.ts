import { hash } from "node:crypto";
import type { BilingualText } from "@yici/protocol";
import { Html, html } from "@yici/runtime";
import { PAGE_STYLE } from "./page-style.ts";

/** What every page for visitors is made of. */
export interface PageContent {
  readonly title: BilingualText;
  readonly main: Html;
  /** Loads the same address again after so many seconds. */
  readonly retryAfterS?: number | undefined;
  /** What a preview of the address shows below the title. */
  readonly description?: string | undefined;
}

/**
 * Headers of every answer of the public side: nothing of it is cached, framed or passed on as a referrer, and a page
 * loads nothing but its own style sheet.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${hash("sha256", PAGE_STYLE, "base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-robots-tag": "noindex, nofollow",
};

/** A whole page: Chinese first, made for the width of a phone, without scripts. */
export function renderPage({ title, main, retryAfterS, description }: PageContent): Html {
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>${title.zh} · ${title.en}</title>
${retryAfterS !== undefined && html`<meta http-equiv="refresh" content="${retryAfterS}">`}
${description !== undefined && html`<meta property="og:title" content="${title.zh}"><meta property="og:description" content="${description}">`}
<style>${Html.raw(PAGE_STYLE)}</style>
</head>
<body>
<main>${main}</main>
</body>
</html>
`;
}
