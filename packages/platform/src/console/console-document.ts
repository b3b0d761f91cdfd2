import { html, type Html } from "@yici/runtime";
import { ASSETS } from "../pages/assets.ts";
import { bilingual } from "../pages/bilingual.ts";
import { renderSandboxNote } from "../pages/sandbox-note.ts";

/** What makes one page of the console another than the next. */
export interface ConsoleParts {
  readonly title: { readonly zh: string; readonly en?: string };
  /** Absent where nobody has come in yet. */
  readonly place?: "accounts" | "journal";
  readonly main: Html;
}

const PLACES = [
  { place: "accounts", path: "/mp", zh: "账号", en: "Accounts" },
  { place: "journal", path: "/mp/journal", zh: "日志", en: "Journal" },
  { place: "phone", path: "/phone", zh: "手机", en: "Phone" },
] as const;

/** A whole page of the console: as wide as a desk allows, and one column on a phone. */
export function renderConsoleDocument({ title, place, main }: ConsoleParts): Html {
  return html`<!doctype html>
    <html lang="zh-Hans">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title.zh} - 公众平台（yici 沙箱）</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${ASSETS.weui.path}" />
        <link rel="stylesheet" href="${ASSETS.style.path}" />
      </head>
      <body class="yici-console">
        <header class="yici-console__bar">
          <p class="yici-console__name">${bilingual("公众平台", "Console")}</p>
          ${place !== undefined && renderPlaces(place)}
        </header>
        <main class="yici-console__main">
          <h1 class="yici-console__title">${title.en === undefined ? title.zh : bilingual(title.zh, title.en)}</h1>
          ${main}
        </main>
        ${renderSandboxNote()}
      </body>
    </html>`;
}

function renderPlaces(current: string): Html {
  return html`<nav class="yici-console__places" aria-label="公众平台">
    ${PLACES.map(
      ({ place, path, zh, en }) =>
        html`<a href="${path}" ${place === current && html`aria-current="page"`}>${bilingual(zh, en)}</a>`,
    )}
  </nav>`;
}
