import assert from "node:assert/strict";
import { test } from "node:test";
import { renderMessageCard } from "../../src/phone/message-card.ts";
import type { PhoneMessage } from "../../src/phone/phone-source.ts";

const MESSAGE: PhoneMessage = {
  id: 7,
  appid: "wxaba38c7f163da69b",
  placement: "chat",
  title: "订阅通知",
  content: "您好!",
  color: undefined,
  jump: undefined,
  receivedAt: Date.UTC(2026, 0, 1, 4),
  isRead: false,
};

function renderCard(parts: Partial<PhoneMessage>, accountPath?: string): string {
  const message = { ...MESSAGE, ...parts };
  const now = message.receivedAt;
  return renderMessageCard({ message, accountName: "一次示例号", accountPath, now }).text;
}

test("a card shows the title, the text and the time", () => {
  const card = renderCard({});

  assert.match(card, /data-testid="message-title">订阅通知</);
  assert.match(card, /data-testid="message-content">您好!<\/p>/);
  assert.match(card, /datetime="2026-01-01T04:00:00\.000Z"[^>]*>12:00</);
});

test("the line breaks of a text are kept as they were sent", () => {
  assert.match(renderCard({ content: "一\n\n二\r\n三" }), />一\n\n二\r\n三<\/p>/);
});

test("a colour of the form #RRGGBB is the colour of the text", () => {
  for (const color of ["#FF0000", "#00ff7f"]) {
    assert.ok(renderCard({ color }).includes(`style="--yici-message-color: ${color}"`));
  }
});

test("any other colour is not shown", () => {
  for (const color of ["blue", "#F00", "#FF00000", "#GG0000", "#FF0000;background:url(//x)", ""]) {
    assert.ok(!renderCard({ color }).includes("style="), color);
  }
});

test("a card without a jump has no details line", () => {
  assert.ok(!renderCard({}).includes("详情"));
});

test("a jump to a page is a link that does not tell where it was followed from", () => {
  const card = renderCard({ jump: { kind: "url", url: "https://support.qq.com/a?b=1&c=2" } });

  assert.match(card, /<a[^>]*href="https:\/\/support\.qq\.com\/a\?b=1&amp;c=2"\s+rel="noreferrer"/);
  assert.match(card, /data-jump="url"/);
  assert.match(card, /详情/);
});

test("a jump to anything but a web page is shown and leads nowhere", () => {
  for (const url of ["javascript:alert(1)", "weixin://dl/chat", "support.qq.com"]) {
    const card = renderCard({ jump: { kind: "url", url } });

    assert.ok(!card.includes("href="), url);
    assert.ok(card.includes(url));
  }
});

test("a jump to a mini-program names it and its page", () => {
  const jump = {
    kind: "miniprogram",
    appid: "wx1234567890abcdef",
    pagepath: "index?foo=bar",
  } as const;

  const card = renderCard({ jump });

  assert.match(card, /data-jump="miniprogram"/);
  assert.match(card, /小程序 [\s\S]*wx1234567890abcdef index\?foo=bar/);
  assert.ok(!card.includes("href="));
});

test("a card says whose it is where many accounts write, and does not where one does", () => {
  assert.match(
    renderCard({}, "/phone/li/accounts/wxaba38c7f163da69b"),
    /data-testid="message-account">一次示例号</,
  );
  assert.ok(!renderCard({}).includes("一次示例号"));
});

test("nothing of a message can become markup", () => {
  const hostile = `"><script>alert('x')</script>`;

  for (const jump of [
    { kind: "url", url: `https://x/${hostile}` },
    { kind: "url", url: hostile },
    { kind: "miniprogram", appid: hostile, pagepath: hostile },
  ] as const) {
    const card = renderCard({ title: hostile, content: hostile, color: hostile, jump });

    assert.doesNotMatch(card, /<script/);
  }
});
