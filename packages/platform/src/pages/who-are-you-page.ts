import { html, type Html } from "@yici/runtime";
import { renderAvatar } from "./avatar.ts";
import { bilingual } from "./bilingual.ts";
import { type ConfirmErrorPageView, describeConfirmErrorPage } from "./confirm-error-page.ts";
import { renderDocument } from "./document.ts";
import { renderSandboxNote } from "./sandbox-note.ts";
import { TEST_IDS } from "./test-ids.ts";

/** Who there is to be, and how the choice is sent back. */
export interface WhoAreYouPageView {
  readonly people: readonly PersonChoice[];
  /** Where the browser is sent once it is somebody: a path of this platform, posted back unchanged. */
  readonly returnTo: string;
  /** Where the choice is posted. */
  readonly actionPath: string;
  readonly formToken: string;
  /** Shown instead where the browser's address lost its fragment; absent where nobody asks for one. */
  readonly fragmentLost?: ConfirmErrorPageView;
}

/** One person to be. */
export interface PersonChoice {
  readonly id: string;
  readonly name: string;
  /** Whether this person follows the account that asks. */
  readonly follows: boolean;
}

/** Asks a browser that is nobody yet whose WeChat it is. Posts the fields `return_to`, `form_token` and `person`. */
export function renderWhoAreYouPage(view: WhoAreYouPageView): Html {
  return renderDocument({
    title: "你是谁？",
    ...(view.fragmentLost && { fragmentLost: describeConfirmErrorPage(view.fragmentLost) }),
    screen: html`<header class="yici-bar"><p class="yici-bar__title">${bilingual("登录", "Log in")}</p></header>
      <main class="yici-main yici-sheet" data-testid="${TEST_IDS.whoAreYouPage}">
        <div class="yici-sheet__body">
          <h1 class="yici-question">
            你是谁？<span class="yici-en yici-en_line" lang="en">Who are you?</span>
          </h1>
          <p class="yici-explanation">
            微信知道手机的主人是谁，沙箱里请自己选择。
            <span class="yici-en yici-en_line" lang="en">
              WeChat knows whose phone it runs on. In the sandbox, choose for yourself.
            </span>
          </p>
          ${view.people.length > 0 ? renderChoices(view) : renderNobody()}
        </div>
        ${renderSandboxNote()}
      </main>`,
  });
}

function renderChoices(view: WhoAreYouPageView): Html {
  return html`<form class="yici-choices" method="post" action="${view.actionPath}">
    <input type="hidden" name="return_to" value="${view.returnTo}" />
    <input type="hidden" name="form_token" value="${view.formToken}" />
    ${view.people.map(renderChoice)}
  </form>`;
}

function renderChoice({ id, name, follows }: PersonChoice): Html {
  return html`<button
    class="weui-cell weui-cell_access yici-choice"
    type="submit"
    name="person"
    value="${id}"
    data-testid="${TEST_IDS.personChoice}"
    data-person="${id}"
  >
    ${renderAvatar(name)}
    <span class="weui-cell__bd">${name}</span>
    <span class="weui-cell__ft">${follows ? bilingual("已关注", "follows") : bilingual("未关注", "does not follow")}</span>
  </button>`;
}

/** Shown where there are no people at all. */
function renderNobody(): Html {
  return html`<div class="yici-empty" data-testid="${TEST_IDS.emptyState}">
    <p>还没有人</p>
    <p class="yici-en" lang="en">Nobody here yet: add people with <code>POST /control/v1/people</code></p>
  </div>`;
}
