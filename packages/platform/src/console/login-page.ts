import { html, type Html } from "@yici/runtime";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import { renderConsoleDocument } from "./console-document.ts";

/** Where the console asks for the access token. Posts the field `token`. */
export function renderLoginPage(wasWrong: boolean): Html {
  return renderConsoleDocument({
    title: { zh: "登录", en: "Log in" },
    main: html`<form class="yici-panel yici-login" method="post" action="/mp/login" data-testid="${TEST_IDS.loginPage}">
      <div class="yici-field">
        <label for="token">${bilingual("访问令牌", "Access token")}</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          required
          aria-describedby="token-rule${wasWrong && " token-problem"}"
          ${wasWrong && html`aria-invalid="true"`}
          data-testid="${TEST_IDS.loginInput}"
        />
        <p class="yici-field__rule" id="token-rule">${bilingual("平台启动时给定的那一个", "The one this platform was started with")}</p>
        ${
          wasWrong &&
          html`<p class="yici-field__problem" id="token-problem" role="alert" data-testid="${TEST_IDS.fieldProblem}">
            ${bilingual("令牌不对", "This is not the token")}
          </p>`
        }
      </div>
      <p class="yici-panel__save">
        <button class="weui-btn weui-btn_mini weui-btn_primary" type="submit" data-testid="${TEST_IDS.loginButton}">
          登录 <span class="yici-en" lang="en">Log in</span>
        </button>
      </p>
    </form>`,
  });
}
