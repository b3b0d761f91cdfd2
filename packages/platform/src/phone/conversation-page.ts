import { type EpochMs, html, type Html } from "@yici/runtime";
import { TEST_IDS } from "../pages/test-ids.ts";
import { type PhoneContent, selectMessages } from "./conversations.ts";
import { renderMessageCard } from "./message-card.ts";
import { renderPhonePage } from "./phone-page.ts";
import { phonePath } from "./phone-path.ts";
import type { Conversation, PhoneAccount } from "./phone-source.ts";

/** The phone, and the conversation of it that is looked at. */
export interface ConversationView {
  readonly content: PhoneContent;
  readonly conversation: Conversation;
  readonly now: EpochMs;
}

/** An account's chat, or Service Notifications: the newest message at the bottom, where the page begins. */
export function renderConversationPage({ content, conversation, now }: ConversationView): Html {
  const messages = selectMessages(content.messages, conversation);
  const names = new Map(content.accounts.map(({ appid, name }) => [appid, name]));
  return renderPhonePage({
    content,
    title: titleOf(conversation, content.accounts),
    conversation,
    ...(conversation.kind === "chat" && {
      corner: renderAccountLink(content.person.id, conversation.appid),
    }),
    main:
      messages.length === 0
        ? renderEmpty(conversation)
        : html`<ol class="yici-messages">
          ${messages.map((message) =>
            renderMessageCard({
              message,
              accountName: names.get(message.appid) ?? message.appid,
              accountPath:
                conversation.kind === "service_notifications"
                  ? phonePath(content.person.id, "accounts", message.appid)
                  : undefined,
              jumpPath: phonePath(content.person.id, "messages", String(message.id), "jump"),
              now,
            }),
          )}
        </ol>`,
  });
}

function renderAccountLink(personId: string, appid: string): Html {
  return html`<a
    class="yici-bar__more"
    id="more"
    href="${phonePath(personId, "accounts", appid)}"
    data-testid="${TEST_IDS.accountLink}"
  >
    <span aria-hidden="true">•••</span><span class="yici-hidden">资料设置 <span lang="en">Account settings</span></span>
  </a>`;
}

function titleOf(
  conversation: Conversation,
  accounts: readonly PhoneAccount[],
): { readonly zh: string; readonly en?: string } {
  if (conversation.kind === "service_notifications") {
    return { zh: "服务通知", en: "Service Notifications" };
  }
  const account = accounts.find(({ appid }) => appid === conversation.appid);
  return { zh: account?.name ?? conversation.appid };
}

function renderEmpty({ kind }: Conversation): Html {
  return html`<div class="yici-empty" data-testid="${TEST_IDS.emptyState}">
    <p>还没有消息 <span class="yici-en" lang="en">No messages yet</span></p>
    ${
      kind === "chat"
        ? html`<p class="yici-empty__hint">
            关注期间收到的消息会出现在这里，未关注时在「服务通知」
            <span class="yici-en yici-en_line" lang="en">Messages to a follower arrive here, to everybody else in Service Notifications</span>
          </p>`
        : html`<p class="yici-empty__hint">
            未关注的账号发来的消息会出现在这里
            <span class="yici-en yici-en_line" lang="en">Messages of accounts you do not follow arrive here</span>
          </p>`
    }
  </div>`;
}
