import type { BilingualText } from "@yici/protocol";
import { Html, html } from "@yici/runtime";
import { renderPage } from "./page.ts";

/** How a notice looks: `good` confirms, `calm` informs, `warn` asks for another try, `bad` refuses. */
export type NoticeMood = "good" | "calm" | "warn" | "bad";

/** One thing said to a visitor, in both languages. */
export interface Notice {
  readonly mood: NoticeMood;
  readonly heading: BilingualText;
  readonly text: BilingualText;
  readonly action?: { readonly label: BilingualText; readonly href: string } | undefined;
  /** Small print at the foot. */
  readonly foot?: Html | undefined;
  readonly retryAfterS?: number | undefined;
}

const PATHS: Readonly<Record<NoticeMood, string>> = {
  good: '<path d="M8.6 14.6 4.9 10.9l-1.1 1.1 4.8 4.8L19.2 6.2l-1.1-1.1z" transform="translate(.5 1)"/>',
  calm: '<path d="M11.1 10.2h1.8v7.2h-1.8zM12 6.4a1.15 1.15 0 1 1 0 2.3 1.15 1.15 0 0 1 0-2.3z"/>',
  warn: '<path d="M11.1 6.4h1.8v6.4h4.4v1.8h-6.2z"/>',
  bad: '<path d="M11 6.4h2l-.25 7.4h-1.5zM12 15.3a1.15 1.15 0 1 1 0 2.3 1.15 1.15 0 0 1 0-2.3z"/>',
};

/** A page with an icon, a heading, a sentence or two, and at most one thing to do. */
export function renderNoticePage(notice: Notice): Html {
  const { mood, heading, text, action, foot, retryAfterS } = notice;
  const main = html`
<svg class="icon ${mood}" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="12" fill="currentColor"/><g fill="#fff">${Html.raw(PATHS[mood])}</g></svg>
<h1>${heading.zh} <span lang="en">${heading.en}</span></h1>
<div class="text"><p>${text.zh}</p><p lang="en">${text.en}</p></div>
${action && html`<a class="action" href="${action.href}" data-testid="action">${action.label.zh} <span lang="en">${action.label.en}</span></a>`}
${foot && html`<p class="foot">${foot}</p>`}`;
  return renderPage({ title: heading, main, retryAfterS });
}
