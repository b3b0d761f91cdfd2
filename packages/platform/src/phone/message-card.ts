import { type EpochMs, html, type Html } from "@yici/runtime";
import type { Jump } from "../inbox/inbox-message.ts";
import { renderAvatar } from "../pages/avatar.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import type { PhoneMessage } from "./phone-source.ts";
import { formatMessageTime } from "./time-label.ts";

/** A message, and the place in which it is shown. */
export interface MessageCardView {
  readonly message: PhoneMessage;
  readonly accountName: string;
  /** Where many accounts write, each card says whose it is, and leads to the account's page. */
  readonly accountPath: string | undefined;
  /** The page that tells where the message leads. */
  readonly jumpPath: string;
  readonly now: EpochMs;
}

/** One message as WeChat shows it (facts 3.2). */
export function renderMessageCard({
  message,
  accountName,
  accountPath,
  jumpPath,
  now,
}: MessageCardView): Html {
  return html`<li class="yici-message" data-testid="${TEST_IDS.messageCard}" data-message="${message.id}" data-appid="${message.appid}">
    <time
      class="yici-message__time"
      datetime="${new Date(message.receivedAt).toISOString()}"
      data-testid="${TEST_IDS.messageTime}"
      >${formatMessageTime(message.receivedAt, now)}</time
    >
    <article class="yici-card">
      ${accountPath !== undefined && renderSender(message.id, accountName, accountPath)}
      <h2 class="yici-card__title" data-testid="${TEST_IDS.messageTitle}">${message.title}</h2>
      ${renderContent(message)} ${message.jump && renderJump(message.id, message.jump, jumpPath)}
    </article>
  </li>`;
}

function renderSender(messageId: number, name: string, path: string): Html {
  return html`<a class="yici-card__sender" id="sender-${messageId}" href="${path}">
    ${renderAvatar(name)} <span data-testid="${TEST_IDS.messageAccount}">${name}</span>
    <span class="yici-card__more" aria-hidden="true">•••</span>
  </a>`;
}

/** Line breaks are kept by the style sheet: nothing may stand between the tags and the text. */
function renderContent({ content, color }: PhoneMessage): Html {
  const style = isShownColor(color) && html`style="--yici-message-color: ${color}"`;
  return html`<p class="yici-card__content" ${style} data-testid="${TEST_IDS.messageContent}">${content}</p>`;
}

/** Anything is accepted as a colour; this form alone is shown (facts 13.1). */
function isShownColor(color: string | undefined): boolean {
  return color !== undefined && /^#[0-9a-f]{6}$/i.test(color);
}

function renderJump(messageId: number, jump: Jump, path: string): Html {
  return html`<a
    class="yici-card__jump"
    id="jump-${messageId}"
    href="${path}"
    data-testid="${TEST_IDS.messageJump}"
    data-jump="${jump.kind}"
    ><span>详情 <span class="yici-en" lang="en">Details</span></span>
    <span class="yici-card__target">${renderTarget(jump)}</span><i class="yici-card__arrow" aria-hidden="true"></i
  ></a>`;
}

function renderTarget(jump: Jump): Html {
  return jump.kind === "miniprogram"
    ? html`小程序 <span class="yici-code">${jump.appid} ${jump.pagepath}</span>`
    : html`<span class="yici-code">${jump.url}</span>`;
}
