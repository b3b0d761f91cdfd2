import { html, type Html } from "@yici/runtime";
import { renderDocument } from "./document.ts";
import { renderSandboxNote } from "./sandbox-note.ts";
import { TEST_IDS } from "./test-ids.ts";

/** What a browser is told when there is nothing to see for it. */
export interface Notice {
  readonly zh: string;
  readonly en: string;
  /** Where its way back leads, if there is one. */
  readonly backPath?: string;
}

/** A page that says why not, and what to do. */
export function renderNoticePage({ zh, en, backPath }: Notice): Html {
  return renderDocument({
    title: zh,
    screen: html`<main class="yici-main yici-sheet" data-testid="${TEST_IDS.noticePage}">
      <div class="yici-sheet__body yici-error">
        <i class="weui-icon-info weui-icon_msg" aria-hidden="true"></i>
        <h1 class="weui-msg__title">${zh}</h1>
        <p class="yici-en" lang="en">${en}</p>
        ${backPath !== undefined && renderWayBack(backPath)}
      </div>
      ${renderSandboxNote()}
    </main>`,
  });
}

function renderWayBack(path: string): Html {
  return html`<p class="yici-error__way-back">
    <a class="weui-btn weui-btn_default" href="${path}">返回 <span class="yici-en" lang="en">Back</span></a>
  </p>`;
}
