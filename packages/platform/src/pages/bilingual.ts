import { html, type Html, type HtmlValue } from "@yici/runtime";

/** Chinese, and beside it, small and grey, the same in English. */
export function bilingual(zh: HtmlValue, en: HtmlValue): Html {
  return html`${zh} <span class="yici-en" lang="en">${en}</span>`;
}
