import { html, type Html } from "@yici/runtime";
import { renderDocument } from "../pages/document.ts";
import { renderSandboxNote } from "../pages/sandbox-note.ts";
import { TEST_IDS } from "../pages/test-ids.ts";

export interface NotFoundView {
  readonly zh: string;
  readonly en: string;
  readonly backPath: string;
}

/** An address of the phone behind which there is nothing, and the way back. */
export function renderNotFoundPage({ zh, en, backPath }: NotFoundView): Html {
  return renderDocument({
    title: zh,
    screen: html`<main class="yici-main yici-sheet" data-testid="${TEST_IDS.notFoundPage}">
      <div class="yici-sheet__body yici-error">
        <i class="weui-icon-info weui-icon_msg" aria-hidden="true"></i>
        <h1 class="weui-msg__title">${zh}</h1>
        <p class="yici-en" lang="en">${en}</p>
        <p class="yici-error__way-back">
          <a class="weui-btn weui-btn_default" href="${backPath}">返回 <span class="yici-en" lang="en">Back</span></a>
        </p>
      </div>
      ${renderSandboxNote()}
    </main>`,
  });
}
