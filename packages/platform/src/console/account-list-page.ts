import { html, type Html } from "@yici/runtime";
import type { Account } from "../accounts/account.ts";
import { renderAvatar } from "../pages/avatar.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import { renderConsoleDocument } from "./console-document.ts";
import { consolePath } from "./console-path.ts";

/** The console's first page: all accounts there are. */
export function renderAccountListPage(accounts: readonly Account[]): Html {
  return renderConsoleDocument({
    title: { zh: "账号", en: "Accounts" },
    place: "accounts",
    main:
      accounts.length === 0
        ? EMPTY
        : html`<nav class="weui-cells yici-list yici-panel" aria-label="账号">${accounts.map(renderAccount)}</nav>`,
  });
}

const EMPTY = html`<div class="yici-empty" data-testid="${TEST_IDS.emptyState}">
  <p>还没有账号 <span class="yici-en" lang="en">No accounts yet</span></p>
  <p class="yici-empty__hint yici-code">POST /control/v1/accounts</p>
</div>`;

function renderAccount({ appid, name, isCertified }: Account): Html {
  return html`<a
    class="weui-cell weui-cell_access yici-entry"
    href="${consolePath(appid)}"
    data-testid="${TEST_IDS.consoleAccount}"
    data-appid="${appid}"
  >
    <span class="yici-entry__avatar">${renderAvatar(name)}</span>
    <span class="weui-cell__bd">
      <span class="yici-entry__name">${name}</span>
      <span class="yici-entry__preview yici-code">${appid}</span>
    </span>
    <span class="weui-cell__ft">${isCertified ? bilingual("已认证", "certified") : bilingual("未认证", "not certified")}</span>
  </a>`;
}
