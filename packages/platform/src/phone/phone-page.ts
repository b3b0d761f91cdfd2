import { html, type Html } from "@yici/runtime";
import { bilingual } from "../pages/bilingual.ts";
import { renderDocument } from "../pages/document.ts";
import { renderSandboxNote } from "../pages/sandbox-note.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import { type PhoneContent, countUnread } from "./conversations.ts";
import { renderDeveloperDesk } from "./developer-desk.ts";
import { phonePath } from "./phone-path.ts";
import type { Conversation } from "./phone-source.ts";

/** What makes one page of a phone another than the next. */
export interface PhonePageParts {
  readonly content: PhoneContent;
  /** The bar's text in both languages; an account's name has one. */
  readonly title: { readonly zh: string; readonly en?: string };
  /** Stands at the bar's right end. */
  readonly corner?: Html;
  /** One of the pages that the tabs below lead to, or a page within, which leads back to the chats. */
  readonly tab?: PhoneTab;
  /** Where a page within leads back to. Default: the chats. */
  readonly backPath?: string;
  /** Stands above the live part and is left alone when that is renewed, so that nothing typed there is lost. */
  readonly still?: Html;
  readonly main: Html;
  /** A conversation is what its page is all about: the part that is renewed is the one that is scrolled. */
  readonly conversation?: Conversation;
}

/** The pages that are always one tap away. */
export type PhoneTab = "chats" | "accounts" | "me";

/** One page of a person's phone, kept up to date while it is open. */
export function renderPhonePage(parts: PhonePageParts): Html {
  const { person } = parts.content;
  return renderDocument({
    title: `${parts.title.zh} - ${person.name}的微信`,
    eventsPath: phonePath(person.id, "events"),
    desk: renderDeveloperDesk(parts.content),
    screen: html`<div class="yici-phone" data-testid="${TEST_IDS.phone}" data-person="${person.id}">
        ${renderBar(parts)} ${parts.still}
        <main ${renderRegion(parts)} id="live-main" data-live ${renderLatest(parts.content)}>${parts.main}</main>
        ${parts.tab !== undefined && renderTabs(person.id, parts.tab)}
        <p
          class="yici-hidden"
          id="live-status"
          role="status"
          aria-live="polite"
          data-testid="${TEST_IDS.liveStatus}"
        ></p>
      </div>
      ${renderSandboxNote()}`,
  });
}

function renderRegion({ conversation }: PhonePageParts): Html {
  if (conversation === undefined) return html`class="yici-main"`;
  return html`class="yici-main yici-conversation" tabindex="0"
    data-testid="${TEST_IDS.conversation}" data-conversation="${conversation.kind}"`;
}

function renderBar({ content, title, tab, backPath, corner }: PhonePageParts): Html {
  const unreadCount = countUnread(content.messages);
  return html`<header class="yici-bar" id="live-bar" data-live>
    ${tab === undefined && renderBack(backPath ?? phonePath(content.person.id), unreadCount)}
    <h1 class="yici-bar__title">
      ${title.en === undefined ? title.zh : bilingual(title.zh, title.en)}${
        tab === "chats" &&
        unreadCount > 0 &&
        html`<span aria-hidden="true"> (${unreadCount})</span>`
      }
    </h1>
    ${corner}
  </header>`;
}

function renderBack(path: string, unreadCount: number): Html {
  return html`<a class="yici-bar__back" id="back" href="${path}" data-testid="${TEST_IDS.backLink}">
    <i class="weui-icon-back-arrow-thin" aria-hidden="true"></i>
    <span class="yici-hidden">返回 <span lang="en">Back</span></span>
    ${unreadCount > 0 && html`<span class="yici-bar__count">${unreadCount}<span class="yici-hidden"> 条未读</span></span>`}
  </a>`;
}

/** What is read out when another message has become the newest. */
function renderLatest({ messages, accounts }: PhoneContent): Html | undefined {
  const latest = messages.at(-1);
  if (latest === undefined) return undefined;
  const name = accounts.find(({ appid }) => appid === latest.appid)?.name ?? latest.appid;
  return html`data-latest="${latest.id}" data-announcement="新消息：${name}，${latest.title}"`;
}

const TABS: readonly {
  readonly tab: PhoneTab;
  readonly testId: string;
  readonly page: readonly string[];
  readonly zh: string;
  readonly en: string;
  readonly icon: Html;
}[] = [
  {
    tab: "chats",
    testId: TEST_IDS.chatsTab,
    page: [],
    zh: "微信",
    en: "Chats",
    icon: html`<path d="M12 4c-5 0-9 3.2-9 7.2 0 2.3 1.3 4.3 3.4 5.6L5.8 20l3.5-1.8c.9.2 1.8.3 2.7.3 5 0 9-3.2 9-7.3S17 4 12 4z" />`,
  },
  {
    tab: "accounts",
    testId: TEST_IDS.accountsTab,
    page: ["accounts"],
    zh: "公众号",
    en: "Accounts",
    icon: html`<path d="M5 4h14v16H5z" /><path class="yici-tab-icon__inside" d="M9 9h6M9 13h6" />`,
  },
  {
    tab: "me",
    testId: TEST_IDS.meTab,
    page: ["me"],
    zh: "我",
    en: "Me",
    icon: html`<path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c.6-3.6 3.8-5.5 8-5.5s7.4 1.9 8 5.5z" />`,
  },
];

function renderTabs(personId: string, current: PhoneTab): Html {
  return html`<nav class="weui-tabbar yici-tabs" aria-label="微信">
    ${TABS.map(
      ({ tab, testId, page, zh, en, icon }) =>
        html`<a
          class="weui-tabbar__item ${tab === current && "weui-bar__item_on"}"
          href="${phonePath(personId, ...page)}"
          data-testid="${testId}"
          ${tab === current && html`aria-current="page"`}
        >
          <svg class="yici-tab-icon" viewBox="0 0 24 24" aria-hidden="true">${icon}</svg>
          <span class="weui-tabbar__label">${bilingual(zh, en)}</span>
        </a>`,
    )}
  </nav>`;
}
