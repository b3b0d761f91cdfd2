import { html, type Html } from "@yici/runtime";
import { renderAvatar } from "../pages/avatar.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import type { PhoneContent } from "./conversations.ts";
import { renderFollowForm } from "./follow-form.ts";
import { renderPhonePage } from "./phone-page.ts";
import { phonePath } from "./phone-path.ts";
import type { PhoneAccount, PhonePerson, Refusal } from "./phone-source.ts";

/** An account as a person sees it, and what this person lets it do. Posts `appid`, `refusal` and `refuses`. */
export function renderAccountPage(content: PhoneContent, account: PhoneAccount): Html {
  const { person } = content;
  return renderPhonePage({
    content,
    title: { zh: "资料设置", en: "Account" },
    main: html`<div class="yici-me" data-testid="${TEST_IDS.accountPage}" data-appid="${account.appid}">
        ${renderAvatar(account.name)}
        <div>
          <p class="yici-me__name">${account.name}</p>
          <p class="yici-me__id yici-code">${account.appid}</p>
        </div>
      </div>
      ${account.kind !== "mobile_app" && renderChat(account, person)}
      <h2 class="weui-cells__title">${bilingual("消息", "Messages")}</h2>
      <div class="weui-cells yici-list">
        ${REFUSALS.map((refusal) => renderSwitch(refusal, account, person))}
      </div>`,
  });
}

function renderChat(account: PhoneAccount, person: PhonePerson): Html {
  return html`<div class="yici-account-actions">
    <a class="weui-btn weui-btn_mini weui-btn_default" href="${phonePath(person.id, "chats", account.appid)}">
      ${bilingual("进入会话", "Chat")}
    </a>
    ${renderFollowForm({ account, person, page: "account" })}
  </div>`;
}

interface RefusalText {
  readonly refusal: Refusal;
  /** What the switch lets through when it is on. */
  readonly zh: string;
  readonly en: string;
  readonly hint: Html;
}

const REFUSALS: readonly RefusalText[] = [
  {
    refusal: "blocks",
    zh: "接收消息",
    en: "Receive messages",
    hint: renderHint(
      "关闭即拒收（拉黑）：任何消息都不会到达",
      "Off blocks the account: no message of any kind arrives",
    ),
  },
  {
    refusal: "refuses",
    zh: "一次性订阅消息",
    en: "One-time messages",
    hint: renderHint(
      "关闭后，确认过的也发不出来：43101",
      "Off refuses them, confirmed or not: 43101",
    ),
  },
];

function renderHint(zh: string, en: string): Html {
  return html`${zh} <span class="yici-en yici-en_line" lang="en">${en}</span>`;
}

/** On means that messages arrive, as in WeChat's own settings. */
function renderSwitch(
  { refusal, zh, en, hint }: RefusalText,
  { appid }: PhoneAccount,
  person: PhonePerson,
): Html {
  const isRefused = person[refusal].includes(appid);
  return html`<form class="weui-cell yici-switch" method="post" action="${phonePath(person.id, "refusals")}">
    <input type="hidden" name="appid" value="${appid}" />
    <input type="hidden" name="refusal" value="${refusal}" />
    <span class="weui-cell__bd">
      <span id="label-${refusal}">${bilingual(zh, en)}</span>
      <span class="yici-switch__hint" id="hint-${refusal}">${hint}</span>
    </span>
    <button
      class="yici-switch__button"
      id="switch-${refusal}"
      type="submit"
      role="switch"
      aria-checked="${String(!isRefused)}"
      aria-labelledby="label-${refusal}"
      aria-describedby="hint-${refusal}"
      name="refuses"
      value="${String(!isRefused)}"
      data-testid="${TEST_IDS.refusalSwitch}"
      data-refusal="${refusal}"
    ></button>
  </form>`;
}
