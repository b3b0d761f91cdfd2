import { type EpochMs, html, type Html } from "@yici/runtime";
import { renderAvatar } from "../pages/avatar.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import { conversationPath } from "./conversation-path.ts";
import { type ConversationEntry, listConversations, type PhoneContent } from "./conversations.ts";
import { renderOpenLink } from "./open-link-box.ts";
import { renderPhonePage } from "./phone-page.ts";
import type { PhoneMessage } from "./phone-source.ts";
import { formatListTime } from "./time-label.ts";

/** The phone, and how it was come to. */
export interface ChatListView {
  readonly content: PhoneContent;
  readonly now: EpochMs;
  /** The link that was just to be opened was none of http or https. */
  readonly wasLinkRefused: boolean;
}

/** A badge counts no further. */
const BADGE_MAX = 99;

/** The phone's first page: its conversations, and a box that opens a link. */
export function renderChatListPage({ content, now, wasLinkRefused }: ChatListView): Html {
  return renderPhonePage({
    content,
    title: { zh: "微信", en: "Chats" },
    tab: "chats",
    still: renderOpenLink(content.person.id, wasLinkRefused),
    main: html`<nav class="weui-cells yici-list" aria-label="会话">
      ${listConversations(content).map((entry) => renderEntry(entry, content, now))}
    </nav>`,
  });
}

function renderEntry(entry: ConversationEntry, content: PhoneContent, now: EpochMs): Html {
  const { latest } = entry;
  return html`<a class="weui-cell yici-entry" ${renderTarget(entry, content)}>
    <span class="yici-entry__avatar">${renderFace(entry, content)}${renderBadge(entry.unreadCount)}</span>
    <span class="weui-cell__bd">
      <span class="yici-entry__head">
        <span class="yici-entry__name">${renderName(entry, content)}</span>
        ${latest && html`<time class="yici-entry__time" datetime="${toIso(latest.receivedAt)}">${formatListTime(latest.receivedAt, now)}</time>`}
      </span>
      <span class="yici-entry__preview" data-testid="${TEST_IDS.messagePreview}">
        ${latest === undefined ? bilingual("还没有消息", "No messages yet") : renderPreview(entry, latest, content)}
      </span>
    </span>
  </a>`;
}

function renderTarget({ conversation }: ConversationEntry, { person }: PhoneContent): Html {
  const path = conversationPath(person.id, conversation);
  if (conversation.kind === "service_notifications") {
    return html`id="service-notifications" href="${path}"
    data-testid="${TEST_IDS.serviceNotificationsEntry}"`;
  }
  const { appid } = conversation;
  return html`id="chat-${appid}" href="${path}"
  data-testid="${TEST_IDS.chatEntry}" data-appid="${appid}"`;
}

function renderFace({ conversation }: ConversationEntry, content: PhoneContent): Html {
  if (conversation.kind === "chat") return renderAvatar(findName(conversation.appid, content));
  return html`<span class="yici-avatar yici-avatar-bell" aria-hidden="true">
    <svg viewBox="0 0 24 24"><path d="M12 4a5.5 5.5 0 0 1 5.5 5.5V14l1.5 2.5H5L6.5 14V9.5A5.5 5.5 0 0 1 12 4zM10 19h4" /></svg>
  </span>`;
}

function renderName({ conversation }: ConversationEntry, content: PhoneContent): Html | string {
  if (conversation.kind === "chat") return findName(conversation.appid, content);
  return bilingual("服务通知", "Service Notifications");
}

function renderPreview(
  { conversation }: ConversationEntry,
  latest: PhoneMessage,
  content: PhoneContent,
): string {
  if (conversation.kind === "chat") return latest.title;
  return `${findName(latest.appid, content)}：${latest.title}`;
}

function renderBadge(count: number): Html | undefined {
  if (count === 0) return undefined;
  return html`<span class="weui-badge yici-entry__badge" data-testid="${TEST_IDS.unreadBadge}" data-count="${count}"
    >${count > BADGE_MAX ? `${BADGE_MAX}+` : count}<span class="yici-hidden"> 条未读</span></span
  >`;
}

function findName(appid: string, { accounts }: PhoneContent): string {
  return accounts.find((account) => account.appid === appid)?.name ?? appid;
}

function toIso(at: EpochMs): string {
  return new Date(at).toISOString();
}
