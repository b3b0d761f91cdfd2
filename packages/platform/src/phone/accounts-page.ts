import { html, type Html } from "@yici/runtime";
import { renderAvatar } from "../pages/avatar.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import type { PhoneContent } from "./conversations.ts";
import { renderPhonePage } from "./phone-page.ts";
import { phonePath } from "./phone-path.ts";
import type { PhoneAccount, PhonePerson } from "./phone-source.ts";

/** All accounts there are, each to be followed or no longer followed, and the apps. Posts the fields `appid` and `follows`. */
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

function renderAccount({ appid, name }: PhoneAccount, person: PhonePerson): Html {
  const follows = person.follows.includes(appid);
  return html`<li class="weui-cell yici-entry" data-testid="${TEST_IDS.accountEntry}" data-appid="${appid}" data-follows="${String(follows)}">
    <span class="yici-entry__avatar">${renderAvatar(name)}</span>
    <span class="weui-cell__bd">
      <span class="yici-entry__name">${name}</span>
      <span class="yici-entry__preview yici-code">${appid}</span>
    </span>
    <form method="post" action="${phonePath(person.id, "follows")}">
      <input type="hidden" name="appid" value="${appid}" />
      ${follows ? renderUnfollow(appid, name) : renderFollow(appid, name)}
    </form>
  </li>`;
}

function renderFollow(appid: string, name: string): Html {
  return html`<button
    class="weui-btn weui-btn_mini weui-btn_primary"
    id="follow-${appid}"
    type="submit"
    name="follows"
    value="true"
    aria-label="关注 ${name}"
    data-testid="${TEST_IDS.followButton}"
  >
    关注 <span class="yici-en" lang="en">Follow</span>
  </button>`;
}

function renderUnfollow(appid: string, name: string): Html {
  return html`<button
    class="weui-btn weui-btn_mini weui-btn_default"
    id="follow-${appid}"
    type="submit"
    name="follows"
    value="false"
    aria-label="取消关注 ${name}"
    data-testid="${TEST_IDS.unfollowButton}"
  >
    取消关注 <span class="yici-en" lang="en">Unfollow</span>
  </button>`;
}

function renderEmpty(): Html {
  return html`<div class="yici-empty" data-testid="${TEST_IDS.emptyState}">
    <p>还没有公众号 <span class="yici-en" lang="en">No accounts yet</span></p>
  </div>`;
}
