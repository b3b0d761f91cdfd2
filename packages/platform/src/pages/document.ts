import { html, type Html } from "@yici/runtime";
import { ASSETS } from "./assets.ts";

/** What makes one page another than the next. */
export interface DocumentParts {
  /** What the browser's tab says. */
  readonly title: string;
  /** The content of the screen: a bar, `<main>`, and what stands below it. */
  readonly screen: Html;
  /** What stands beside the screen where there is room for it. */
  readonly desk?: Html;
  /** Keeps the page up to date from this address of Server-Sent Events. */
  readonly eventsPath?: string;
  /** What takes the screen's place when the page's address does not end in `#wechat_redirect`. */
  readonly fragmentLost?: DocumentParts;
}

/** A whole page: one phone's screen, which fills a phone and stands in the middle of a desk. */
export function renderDocument(parts: DocumentParts): Html {
  return html`<!doctype html>
    <html lang="zh-Hans">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <title>${parts.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${ASSETS.weui.path}" />
        <link rel="stylesheet" href="${ASSETS.style.path}" />
        ${
          parts.eventsPath !== undefined &&
          html`<script src="${ASSETS.liveScript.path}" data-events="${parts.eventsPath}" defer></script>`
        }
        ${parts.fragmentLost && html`<script src="${ASSETS.fragmentScript.path}" defer></script>`}
      </head>
      <body>
        <div class="yici-screen">${parts.screen}</div>
        ${parts.desk}
        ${parts.fragmentLost && renderFragmentLost(parts.fragmentLost)}
      </body>
    </html>`;
}

/** For the script: nobody sees a template. */
function renderFragmentLost({ title, screen }: DocumentParts): Html {
  return html`<template id="fragment-lost" data-title="${title}">${screen}</template>`;
}
