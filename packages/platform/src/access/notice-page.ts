import { html, type Html } from "@yici/runtime";
import { renderDocument } from "../pages/document.ts";
import { renderSandboxNote } from "../pages/sandbox-note.ts";

/** What a browser is told when it may not do what it wants. */
export interface Notice {
  readonly zh: string;
  readonly en: string;
}

/** A page that says why not, and what to do. */
export function renderNoticePage({ zh, en }: Notice): Html {
  return renderDocument({
    title: "yici",
    screen: html`<main class="yici-main yici-sheet" data-testid="notice-page">
      <div class="yici-sheet__body yici-error">
        <i class="weui-icon-info weui-icon_msg" aria-hidden="true"></i>
        <h1 class="weui-msg__title">${zh}</h1>
        <p class="yici-en" lang="en">${en}</p>
      </div>
      ${renderSandboxNote()}
    </main>`,
  });
}

export const NOT_ADMITTED: Notice = {
  zh: "请先用启动时打印的入口地址或二维码进入",
  en: "Come in by the entry address, or its QR code, that was printed at the start.",
};

export const WRONG_TOKEN: Notice = {
  zh: "入口地址不对：它在每次启动时都会重新打印",
  en: "This is not the entry address; it is printed at every start.",
};

export const FORM_STALE: Notice = {
  zh: "页面已失效，请返回后重新打开链接",
  en: "This form is stale: go back and open the link again.",
};
