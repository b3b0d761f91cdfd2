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
  url: undefined,
  receivedAt: Date.UTC(2026, 0, 1, 4),
  isRead: false,
};

function renderCard(parts: Partial<PhoneMessage>, accountPath?: string): string {
  const message = { ...MESSAGE, ...parts };
  const now = message.receivedAt;
  const jumpPath = "/phone/li/messages/7/jump";
  return renderMessageCard({ message, accountName: "一次示例号", accountPath, jumpPath, now }).text;
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

for (const jump of [
  { kind: "url", url: "https://support.qq.com/a?b=1&c=2" },
  { kind: "url", url: "javascript:alert(1)" },
  { kind: "miniprogram", appid: "wx1234567890abcdef", pagepath: "index?foo=bar" },
] as const) {
  test(`the details line of a jump to ${Object.values(jump).join(" ")} names it, and leads to what would open, nowhere else`, () => {
    const card = renderCard({ jump });

    const hrefs = [...card.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    assert.deepEqual(hrefs, ["/phone/li/messages/7/jump"]);
    assert.match(card, new RegExp(`data-jump="${jump.kind}"`));
    assert.match(card, /详情/);
    const named = jump.kind === "url" ? jump.url : `${jump.appid} ${jump.pagepath}`;
    assert.ok(card.includes(named.replaceAll("&", "&amp;")));
  });
}

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
