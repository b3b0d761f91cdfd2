import assert from "node:assert/strict";
import { test } from "node:test";
import type { PhoneMessage } from "../../src/phone/phone-source.ts";
import { SHOP } from "./memory-phone-source.ts";
import { startPhone } from "./start-phone.ts";

/** The page of a message that has just arrived on 李四's phone. */
async function openJump(message: Partial<PhoneMessage>) {
  const { app, source } = startPhone();
  const { id } = source.deliver("li", message);
  return app.inject(`/phone/li/messages/${id}/jump`);
}

/** What stands in the page's main part, its markup taken away. */
function readMain(body: string): string {
  const main = /<main[\s\S]*<\/main>/.exec(body)?.[0] ?? "";
  return main.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
}

test("a jump to a web page shows the address and its host, and leads there without telling where from", async () => {
  const url = "https://support.qq.com:8443/a?b=1&c=2";

  const { body } = await openJump({ jump: { kind: "url", url } });

  assert.match(body, /data-testid="jump-page" data-jump="url"/);
  assert.match(readMain(body), /域名 Host support\.qq\.com:8443 连接 Connection https 打开网页/);
  assert.match(
    body,
    /href="https:\/\/support\.qq\.com:8443\/a\?b=1&amp;c=2"\s+rel="noreferrer"\s+data-testid="jump-open"/,
  );
});

test("a jump to a page without encryption says so", async () => {
  const { body } = await openJump({ jump: { kind: "url", url: "http://h.cn/" } });

  assert.match(readMain(body), /http，未加密 not encrypted/);
});

for (const url of ["javascript:alert(1)", "weixin://dl/chat", "support.qq.com", "http://["]) {
  test(`a jump to ${url} is shown and leads nowhere`, async () => {
    const { body } = await openJump({ jump: { kind: "url", url } });

    assert.match(readMain(body), /不是 http\(s\) 网址/);
    assert.ok(body.includes(url));
    assert.doesNotMatch(body, /jump-open/);
  });
}

test("a jump to a mini-program shows its appid, the page, and what the page is told", async () => {
  const jump = {
    kind: "miniprogram",
    appid: "wx1234567890abcdef",
    pagepath: "p/q?a=1?&b",
  } as const;

  const { body } = await openJump({ jump });

  assert.match(
    readMain(body),
    /AppID wx1234567890abcdef 页面 Page p\/q 参数 Query a=1\?&amp;b 沙箱里没有小程序可打开/,
  );
  assert.doesNotMatch(body, /jump-open/);
});

test("a jump to a mini-program without a page leads to its first one", async () => {
  const jump = { kind: "miniprogram", appid: "wx1234567890abcdef", pagepath: undefined } as const;

  const { body } = await openJump({ jump });

  assert.match(readMain(body), /页面 Page 首页/);
});

test("where a mini-program won over a url, the page says who would open that", async () => {
  const jump = { kind: "miniprogram", appid: "wx1234567890abcdef", pagepath: "index" } as const;

  const { body } = await openJump({ jump, url: "https://h.cn/old" });

  assert.match(
    readMain(body),
    /太旧、打不开小程序的微信会打开 [^网]*网址 URL https:\/\/h\.cn\/old/,
  );
  assert.match(body, /href="https:\/\/h\.cn\/old"/);
});

test("the way back leads to where the message lies", async () => {
  const jump = { kind: "url", url: "https://h.cn/" } as const;

  const pages = [
    await openJump({ jump, placement: "chat" }),
    await openJump({ jump, placement: "service_notification" }),
  ];

  const backs = pages.map(({ body }) => /id="back" href="([^"]+)"/.exec(body)?.[1]);
  assert.deepEqual(backs, [`/phone/li/chats/${SHOP.appid}`, "/phone/li/service-notifications"]);
});

test("a message that leads nowhere, another's message and none at all have no such page", async () => {
  const { app, source } = startPhone();
  const still = source.deliver("li", {});
  const foreign = source.deliver("zhang", { jump: { kind: "url", url: "https://h.cn/" } });

  const statuses = [];
  for (const id of [still.id, foreign.id, 999, "x"]) {
    statuses.push((await app.inject(`/phone/li/messages/${id}/jump`)).statusCode);
  }

  assert.deepEqual(statuses, [404, 404, 404, 404]);
});

test("nothing of a jump can become markup", async () => {
  const hostile = `"><script>alert('x')</script>`;

  const pages = [
    await openJump({ title: hostile, jump: { kind: "url", url: `https://x/${hostile}` } }),
    await openJump({ jump: { kind: "miniprogram", appid: hostile, pagepath: hostile } }),
  ];

  for (const { body } of pages) assert.doesNotMatch(body, /<script>/);
});
