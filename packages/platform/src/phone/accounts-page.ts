import { html, type Html } from "@yici/runtime";
import { renderAvatar } from "../pages/avatar.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import type { PhoneContent } from "./conversations.ts";
import { renderFollowForm } from "./follow-form.ts";
import { renderPhonePage } from "./phone-page.ts";
import { phonePath } from "./phone-path.ts";
import type { PhoneAccount, PhonePerson } from "./phone-source.ts";

/** All accounts there are, each to be followed or no longer followed, and the apps. */
export function renderAccountsPage(content: PhoneContent): Html {
  const apps = content.accounts.filter(({ kind }) => kind === "mobile_app");
  const accounts = content.accounts.filter(({ kind }) => kind !== "mobile_app");
  return renderPhonePage({
    content,
    title: { zh: "公众号", en: "Official Accounts" },
    tab: "accounts",
    main: html`${
      accounts.length === 0
        ? renderEmpty()
        : html`<ul class="weui-cells yici-list">
          ${accounts.map((account) => renderAccount(account, content.person))}
        </ul>`
    }
    ${apps.length > 0 && renderApps(apps, content.person)}`,
  });
}

function renderApps(apps: readonly PhoneAccount[], person: PhonePerson): Html {
  return html`<h2 class="weui-cells__title">${bilingual("手机里的应用", "Apps on this phone")}</h2>
    <nav class="weui-cells yici-list" aria-label="手机里的应用">
      ${apps.map(
        ({ appid, name }) =>
          html`<a
            class="weui-cell weui-cell_access yici-entry"
            id="app-${appid}"
            href="${phonePath(person.id, "apps", appid)}"
            data-testid="${TEST_IDS.appEntry}"
            data-appid="${appid}"
          >
            <span class="yici-entry__avatar">${renderAvatar(name)}</span>
            <span class="weui-cell__bd">
              <span class="yici-entry__name">${name}</span>
              <span class="yici-entry__preview yici-code">${appid}</span>
            </span>
            <span class="weui-cell__ft"></span>
          </a>`,
      )}
    </nav>`;
}

function renderAccount(account: PhoneAccount, person: PhonePerson): Html {
  const { appid, name } = account;
  const follows = person.follows.includes(appid);
  return html`<li class="weui-cell yici-entry" data-testid="${TEST_IDS.accountEntry}" data-appid="${appid}" data-follows="${String(follows)}">
    <span class="yici-entry__avatar">${renderAvatar(name)}</span>
    <a
      class="weui-cell__bd yici-entry__link"
      id="account-${appid}"
      href="${phonePath(person.id, "accounts", appid)}"
      data-testid="${TEST_IDS.accountLink}"
    >
      <span class="yici-entry__name">${name}</span>
      <span class="yici-entry__preview yici-code">${appid}</span>
    </a>
    ${renderFollowForm({ account, person, page: "accounts" })}
  </li>`;
}

function renderEmpty(): Html {
  return html`<div class="yici-empty" data-testid="${TEST_IDS.emptyState}">
    <p>还没有公众号 <span class="yici-en" lang="en">No accounts yet</span></p>
  </div>`;
}
