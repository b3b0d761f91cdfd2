import { html, type Html } from "@yici/runtime";
import { type DocumentParts, renderDocument } from "./document.ts";
import { renderSandboxNote } from "./sandbox-note.ts";
import { TEST_IDS } from "./test-ids.ts";

/** Why a link is refused, in WeChat's words and in ours. */
export interface ConfirmErrorPageView {
  /** The name of the check that failed. */
  readonly check: string;
  /** What WeChat itself shows (facts 1.6). */
  readonly pageText: string;
  /** The likely cause, in plain words, for whoever built the link. */
  readonly hint: { readonly zh: string; readonly en: string };
}

/** WeChat's own error page and, set apart below it, what WeChat does not say: the likely cause. */
export function renderConfirmErrorPage(view: ConfirmErrorPageView): Html {
  return renderDocument(describeConfirmErrorPage(view));
}

/** What that page is made of, for where it takes another's place. */
export function describeConfirmErrorPage(view: ConfirmErrorPageView): DocumentParts {
  return {
    title: view.pageText,
    screen: html`<main
      class="yici-main yici-sheet"
      data-testid="${TEST_IDS.errorPage}"
      data-check="${view.check}"
    >
      <div class="yici-sheet__body yici-error">
        <i class="weui-icon-info weui-icon_msg" aria-hidden="true"></i>
        <h1 class="weui-msg__title" data-testid="${TEST_IDS.errorText}">${view.pageText}</h1>
      </div>
      <aside class="yici-hint" aria-labelledby="hint" data-testid="${TEST_IDS.developerHint}">
        <h2 class="yici-hint__title" id="hint">
          给开发者的提示 <span class="yici-en" lang="en">For developers</span>
        </h2>
        <p>${view.hint.zh}</p>
        <p class="yici-en" lang="en">${view.hint.en}</p>
        <p class="yici-hint__check">检查项 <span class="yici-en" lang="en">Check</span> <code>${view.check}</code></p>
      </aside>
      ${renderSandboxNote()}
    </main>`,
  };
}
