import { html, type Html } from "@yici/runtime";
import { bilingual } from "../pages/bilingual.ts";
import { renderJournalLine } from "../pages/journal-line.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import type { PhoneContent } from "./conversations.ts";
import { phonePath } from "./phone-path.ts";
import type { PhoneAccount, PhoneGrants } from "./phone-source.ts";
import { LINK_MAX_LENGTH } from "./resolve-link.ts";

/**
 * What a developer wants in sight while holding the phone, on both sides of it where a screen has the room: the accounts'
 * authorize links and the person's open grants, and the journal of all calls. The links are left alone when the rest is renewed.
 */
export function renderDeveloperDesk(content: PhoneContent): Html {
  return html`<aside class="yici-desk yici-desk_left" aria-label="开发者：授权 Developer: grants" data-testid="${TEST_IDS.developerDesk}">
      <section aria-labelledby="desk-links">
        <h2 class="yici-desk__title" id="desk-links">${bilingual("授权链接", "Authorize link")}</h2>
        ${content.accounts.filter(({ kind }) => kind !== "mobile_app").map((account) => renderLink(account, content))}
      </section>
      <section aria-labelledby="desk-grants">
        <h2 class="yici-desk__title" id="desk-grants">${bilingual("当前授权", "Open grants")}</h2>
        <ul class="yici-desk__list" id="live-grants" data-live>
          ${content.grants.map((grants) => renderGrants(grants, content.accounts))}
        </ul>
      </section>
    </aside>
    <aside class="yici-desk yici-desk_right" aria-label="开发者：日志 Developer: journal">
      <h2 class="yici-desk__title">${bilingual("日志", "Journal")}</h2>
      <ol class="yici-desk__list" id="live-journal" data-live data-testid="${TEST_IDS.journal}">
        ${content.journal.length === 0 ? EMPTY : content.journal.map((entry) => renderJournalLine(entry))}
      </ol>
    </aside>`;
}

const EMPTY = html`<li class="yici-desk__empty">还没有调用 <span class="yici-en" lang="en">No calls yet</span></li>`;

/** Posts the field `link`, as the box on the phone does. */
function renderLink({ appid, name, templateId }: PhoneAccount, { person }: PhoneContent): Html {
  return html`<form class="yici-desk__link" method="post" action="${phonePath(person.id, "open")}">
    <label for="desk-link-${appid}">${name}</label>
    <textarea
      class="yici-code"
      id="desk-link-${appid}"
      name="link"
      rows="5"
      required
      maxlength="${LINK_MAX_LENGTH}"
      spellcheck="false"
      data-testid="${TEST_IDS.deskLinkInput}"
      data-appid="${appid}"
    >${buildSample(appid, templateId)}</textarea>
    <button class="weui-btn weui-btn_mini weui-btn_primary" type="submit" data-testid="${TEST_IDS.deskLinkButton}">
      在手机里打开 <span class="yici-en" lang="en">Open on the phone</span>
    </button>
  </form>`;
}

/** The official document's own link, of this account; its host leads to this platform when it is opened here. */
function buildSample(appid: string, templateId: string): string {
  return (
    `https://mp.weixin.qq.com/mp/subscribemsg?action=get_confirm&appid=${appid}&scene=1000` +
    `&template_id=${templateId}&redirect_url=http%3a%2f%2flocalhost&reserved=test#wechat_redirect`
  );
}

function renderGrants(grants: PhoneGrants, accounts: readonly PhoneAccount[]): Html {
  const { appid, openid, scenes } = grants;
  const name = accounts.find((account) => account.appid === appid)?.name ?? appid;
  return html`<li class="yici-desk__grants" data-testid="${TEST_IDS.grants}" data-appid="${appid}">
    <p>${name}</p>
    <p class="yici-code yici-desk__openid">${openid}</p>
    <p>
      ${
        scenes.length === 0
          ? bilingual("没有授权", "none")
          : scenes.map((scene) => html`<span class="yici-desk__scene">scene ${scene}</span> `)
      }
    </p>
  </li>`;
}
