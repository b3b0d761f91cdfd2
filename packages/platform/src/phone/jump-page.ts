import { html, type Html } from "@yici/runtime";
import type { Jump } from "../inbox/inbox-message.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import { conversationPath, findConversation } from "./conversation-path.ts";
import type { PhoneContent } from "./conversations.ts";
import { renderPhonePage } from "./phone-page.ts";
import type { PhoneMessage } from "./phone-source.ts";

/** A message on a phone that leads somewhere. */
export interface JumpView {
  readonly content: PhoneContent;
  readonly message: PhoneMessage;
  readonly jump: Jump;
}

/** What a tap on a message's 详情 opens on a real phone: a web page, which can be opened from here, or a mini-program's page. */
export function renderJumpPage({ content, message, jump }: JumpView): Html {
  const { person } = content;
  return renderPhonePage({
    content,
    title: { zh: "详情", en: "Details" },
    backPath: conversationPath(person.id, findConversation(message)),
    main: html`<div class="yici-jump" data-testid="${TEST_IDS.jumpPage}" data-jump="${jump.kind}" data-message="${message.id}">
      <h2 class="yici-jump__title">${message.title}</h2>
      ${jump.kind === "url" ? renderWebPage(jump.url) : renderMiniprogram(jump, message.url)}
    </div>`,
  });
}

function renderWebPage(url: string): Html {
  const target = findWebAddress(url);
  return html`<p class="yici-jump__lead">${bilingual("微信会打开这个网页", "WeChat opens this web page")}</p>
    <dl class="yici-jump__facts">
      ${renderFact("网址", "URL", url)}
      ${target && renderFact("域名", "Host", target.host)}
      ${target && renderFact("连接", "Connection", target.protocol === "https:" ? "https" : "http，未加密 not encrypted")}
    </dl>
    ${target === undefined ? renderDeadEnd() : renderOpen(url)}`;
}

function renderMiniprogram(
  { appid, pagepath = "" }: Extract<Jump, { kind: "miniprogram" }>,
  url: string | undefined,
): Html {
  const [page = "", query = ""] = pagepath.split(/\?(.*)/s);
  return html`<p class="yici-jump__lead">${bilingual("微信会打开这个小程序", "WeChat opens this mini-program")}</p>
    <dl class="yici-jump__facts">
      ${renderFact("AppID", undefined, appid)}
      ${renderFact("页面", "Page", page === "" ? "首页 its first page" : page)}
      ${query !== "" && renderFact("参数", "Query", query)}
    </dl>
    <p class="yici-jump__hint">
      沙箱里没有小程序可打开，到此为止
      <span class="yici-en yici-en_line" lang="en">The sandbox has no mini-programs: this is as far as it goes</span>
    </p>
    ${url !== undefined && renderFallback(url)}`;
}

/** Documented: a client too old for mini-programs opens the url. */
function renderFallback(url: string): Html {
  return html`<p class="yici-jump__lead">
      太旧、打不开小程序的微信会打开
      <span class="yici-en yici-en_line" lang="en">A WeChat too old for mini-programs opens</span>
    </p>
    <dl class="yici-jump__facts">${renderFact("网址", "URL", url)}</dl>
    ${findWebAddress(url) === undefined ? renderDeadEnd() : renderOpen(url)}`;
}

function renderFact(zh: string, en: string | undefined, value: string): Html {
  return html`<div><dt>${en === undefined ? zh : bilingual(zh, en)}</dt><dd class="yici-code">${value}</dd></div>`;
}

function renderOpen(url: string): Html {
  return html`<a class="weui-btn weui-btn_primary" id="jump-open" href="${url}" rel="noreferrer" data-testid="${TEST_IDS.jumpOpen}">
    ${bilingual("打开网页", "Open")}
  </a>`;
}

function renderDeadEnd(): Html {
  return html`<p class="yici-jump__hint">
    不是 http(s) 网址，哪里也打不开
    <span class="yici-en yici-en_line" lang="en">Not an http(s) address: it leads nowhere</span>
  </p>`;
}

function findWebAddress(url: string): URL | undefined {
  const target = URL.parse(url);
  return target !== null && /^https?:$/.test(target.protocol) ? target : undefined;
}
