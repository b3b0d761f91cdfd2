import { html, type Html } from "@yici/runtime";
import { renderAvatar } from "./avatar.ts";
import { bilingual } from "./bilingual.ts";
import { renderDocument } from "./document.ts";
import { renderSandboxNote } from "./sandbox-note.ts";
import { TEST_IDS } from "./test-ids.ts";

/** What the component says of the account that should agree; an empty text where it says nothing. */
export interface AccountChoice {
  /** `auth_type`: which kinds of account. */
  readonly authType: string;
  /** `biz_appid`: which one. */
  readonly bizAppid: string;
}

/** Which third-party platform asks, for which of the accounts one may agree, and how the consent is sent back. */
export interface ComponentLoginPageView {
  readonly component: { readonly appid: string; readonly name: string };
  readonly preAuthCode: string;
  readonly redirectUri: string;
  readonly accounts: readonly { readonly appid: string; readonly name: string }[];
  readonly choice: AccountChoice;
  readonly formToken: string;
  /** Where the consent is posted. */
  readonly actionPath: string;
}

/**
 * Asks an account's administrator. Posts the page's own parameters, `form_token`, `permission_set` and the `appid` that
 * agrees. The answer is a redirect to somebody else's address: send it with `doFormsLeave`.
 */
export function renderComponentLoginPage(view: ComponentLoginPageView): Html {
  return renderDocument({
    title: `${view.component.name} - 公众号授权`,
    screen: html`<header class="yici-bar"><p class="yici-bar__title">${bilingual("公众号授权", "Authorization")}</p></header>
      <main class="yici-main yici-sheet" data-testid="${TEST_IDS.componentLoginPage}">
        <div class="yici-sheet__body">
          <h1 class="yici-question">
            「${view.component.name}」申请代公众号调用
            <span class="yici-en yici-en_line" lang="en">asks to act for an account</span>
          </h1>
          <p class="yici-explanation">
            微信会让公众号的管理员扫码；沙箱里请选择以哪个账号的管理员同意。
            <span class="yici-en yici-en_line" lang="en">
              WeChat asks the account’s administrator. In the sandbox, choose the account for which you agree.
            </span>
          </p>
          ${renderForm(view)}
        </div>
        ${renderSandboxNote()}
      </main>`,
  });
}

function renderForm(view: ComponentLoginPageView): Html {
  return html`<form class="yici-choices" method="post" action="${view.actionPath}">
    <input type="hidden" name="component_appid" value="${view.component.appid}" />
    <input type="hidden" name="pre_auth_code" value="${view.preAuthCode}" />
    <input type="hidden" name="redirect_uri" value="${view.redirectUri}" />
    <input type="hidden" name="auth_type" value="${view.choice.authType}" />
    <input type="hidden" name="biz_appid" value="${view.choice.bizAppid}" />
    <input type="hidden" name="form_token" value="${view.formToken}" />
    <label class="weui-cell yici-choice">
      <input type="checkbox" name="permission_set" value="7" checked />
      <span class="weui-cell__bd">${bilingual("权限集 7：消息", "permission set 7: messages")}</span>
    </label>
    ${view.accounts.map(renderChoice)}
  </form>`;
}

function renderChoice({ appid, name }: ComponentLoginPageView["accounts"][number]): Html {
  return html`<button
    class="weui-cell weui-cell_access yici-choice"
    type="submit"
    name="appid"
    value="${appid}"
    data-testid="${TEST_IDS.accountChoice}"
    data-appid="${appid}"
  >
    ${renderAvatar(name)}
    <span class="weui-cell__bd">${name}</span>
    <span class="weui-cell__ft">${bilingual("同意", "agree")}</span>
  </button>`;
}
