import { html, type Html } from "@yici/runtime";
import { renderAvatar } from "./avatar.ts";
import { bilingual } from "./bilingual.ts";
import { type ConfirmErrorPageView, describeConfirmErrorPage } from "./confirm-error-page.ts";
import { renderDocument } from "./document.ts";
import { renderSandboxNote } from "./sandbox-note.ts";
import { TEST_IDS } from "./test-ids.ts";

/** Who asks whom for what, and how the answer is sent back. */
export interface ConfirmPageView {
  readonly account: { readonly appid: string; readonly name: string };
  readonly person: { readonly id: string; readonly name: string };
  readonly scene: number;
  readonly templateId: string;
  /** The authorize link's query as it arrived, without `?`; posted back unchanged. */
  readonly query: string;
  readonly formToken: string;
  /** Where the decision is posted. */
  readonly actionPath: string;
  /** Shown instead where the browser's address lost its fragment. */
  readonly fragmentLost: ConfirmErrorPageView;
}

/**
 * The question itself (facts 1.5). Posts the fields `query`, `form_token` and `action`, which is `confirm` or
 * `cancel`. The answer is a redirect to somebody else's address: send it with `doFormsLeave`.
 */
export function renderConfirmPage(view: ConfirmPageView): Html {
  return renderDocument({
    title: `${view.account.name} - 订阅消息`,
    fragmentLost: describeConfirmErrorPage(view.fragmentLost),
    screen: html`<header class="yici-bar"><p class="yici-bar__title">${bilingual("订阅消息", "Subscription message")}</p></header>
      <main class="yici-main yici-sheet" data-testid="${TEST_IDS.confirmPage}" data-appid="${view.account.appid}">
        <div class="yici-sheet__body">
          ${renderQuestion(view)} ${renderTerms(view)}
        </div>
        ${renderDecision(view)} ${renderSandboxNote()}
      </main>`,
  });
}

function renderQuestion({ account }: ConfirmPageView): Html {
  return html`<div class="yici-asker">
      ${renderAvatar(account.name)}
      <span class="yici-asker__name" data-testid="${TEST_IDS.accountName}">${account.name}</span>
    </div>
    <h1 class="yici-question">
      申请向你发送一条消息
      <span class="yici-en yici-en_line" lang="en">asks to send you one message</span>
    </h1>
    <p class="yici-explanation">
      确认接收后，「${account.name}」可以向你发送 1 条消息，仅此一条，无需关注。发送之后如需再发，会再次征得你的确认。
      <span class="yici-en yici-en_line" lang="en">
        Confirming lets this account send you one message and no more. You need not follow it. For another message it has to ask again.
      </span>
    </p>`;
}

function renderTerms({ person, scene, templateId }: ConfirmPageView): Html {
  return html`<dl class="yici-terms">
    <div>
      <dt>${bilingual("身份", "You are")}</dt>
      <dd>以 <strong data-testid="${TEST_IDS.personName}">${person.name}</strong> 的身份</dd>
    </div>
    <div>
      <dt>${bilingual("送达", "Arrives in")}</dt>
      <dd>
        已关注：该账号的会话；未关注：服务通知
        <span class="yici-en yici-en_line" lang="en">the account’s chat if you follow it, else Service Notifications</span>
      </dd>
    </div>
    <div>
      <dt>${bilingual("场景", "Scene")}</dt>
      <dd>${scene}</dd>
    </div>
    <div>
      <dt>${bilingual("模板", "Template")}</dt>
      <dd class="yici-code">${templateId}</dd>
    </div>
  </dl>`;
}

function renderDecision(view: ConfirmPageView): Html {
  return html`<form class="yici-decision" method="post" action="${view.actionPath}">
    <input type="hidden" name="query" value="${view.query}" />
    <input type="hidden" name="form_token" value="${view.formToken}" />
    <button
      class="weui-btn weui-btn_primary"
      type="submit"
      name="action"
      value="confirm"
      data-testid="${TEST_IDS.confirmButton}"
    >
      确认接收 <span class="yici-en" lang="en">Confirm</span>
    </button>
    <button
      class="weui-btn weui-btn_default"
      type="submit"
      name="action"
      value="cancel"
      data-testid="${TEST_IDS.cancelButton}"
    >
      取消 <span class="yici-en" lang="en">Cancel</span>
    </button>
  </form>`;
}
