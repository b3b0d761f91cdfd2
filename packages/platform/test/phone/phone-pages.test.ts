import assert from "node:assert/strict";
import { test } from "node:test";
import { SCHOOL, SHOP } from "./memory-phone-source.ts";
import { startPhone } from "./start-phone.ts";

test("a browser that holds nobody's phone chooses one", async () => {
  const { app } = startPhone();

  const { statusCode, body } = await app.inject("/phone");

  assert.equal(statusCode, 200);
  assert.match(body, /href="\/phone\/zhang"[\s\S]*href="\/phone\/li"[\s\S]*href="\/phone\/wang"/);
});

test("a browser that holds a phone is shown that one", async () => {
  const { app } = startPhone();

  const answer = await app.inject({ url: "/phone", headers: { cookie: "yici_person=li" } });

  assert.equal(answer.statusCode, 303);
  assert.equal(answer.headers.location, "/phone/li");
});

test("a browser whose person is gone chooses again", async () => {
  const { app } = startPhone();

  const answer = await app.inject({ url: "/phone", headers: { cookie: "yici_person=gone" } });

  assert.equal(answer.statusCode, 200);
});

test("whoever goes to a phone holds it, but a page that renews itself takes it from nobody", async () => {
  const { app } = startPhone();
  const headers = { cookie: "yici_person=zhang" };

  const visit = await app.inject({ url: "/phone/li", headers });
  const renewal = await app.inject({
    url: "/phone/li",
    headers: { ...headers, "x-yici-live": "1" },
  });
  const again = await app.inject({ url: "/phone/zhang", headers });

  assert.match(String(visit.headers["set-cookie"]), /^yici_person=li;/);
  assert.equal(renewal.headers["set-cookie"], undefined);
  assert.equal(again.headers["set-cookie"], undefined);
});

test("the chat list shows each conversation's newest message, its time and how many are unread", async () => {
  const { app, source } = startPhone();
  source.deliver("zhang", { title: "发货通知" });
  source.deliver("zhang", {
    appid: SCHOOL.appid,
    placement: "service_notification",
    title: "开课提醒",
  });

  const { body } = await app.inject("/phone/zhang");

  const chat = entryOf(body, "chat-entry");
  assert.match(chat, /data-testid="unread-badge" data-count="1"/);
  assert.match(chat, /data-testid="message-preview">\s*发货通知/);
  assert.match(chat, />12:00</);
  const service = entryOf(body, "service-notifications-entry");
  assert.match(service, /data-testid="unread-badge" data-count="1"/);
  assert.match(service, /data-testid="message-preview">\s*春晓学校：开课提醒/);
});

test("a phone on which nothing has arrived says so", async () => {
  const { app } = startPhone();

  const list = await app.inject("/phone/zhang");
  const chat = await app.inject(`/phone/zhang/chats/${SHOP.appid}`);
  const service = await app.inject("/phone/zhang/service-notifications");

  assert.match(entryOf(list.body, "chat-entry"), /还没有消息/);
  assert.doesNotMatch(list.body, /unread-badge/);
  assert.match(chat.body, /data-testid="empty-state"/);
  assert.match(service.body, /data-testid="empty-state"/);
});

test("a message to a follower lies in the account's chat, one to anybody else in Service Notifications", async () => {
  const { app, source } = startPhone();
  source.deliver("zhang", { title: "在会话里", placement: "chat" });
  source.deliver("zhang", { title: "在通知里", placement: "service_notification" });

  const chat = await app.inject(`/phone/zhang/chats/${SHOP.appid}`);
  const service = await app.inject("/phone/zhang/service-notifications");

  assert.deepEqual(titlesOf(chat.body), ["在会话里"]);
  assert.deepEqual(titlesOf(service.body), ["在通知里"]);
  assert.match(service.body, /data-testid="message-account">一次示例号</);
  assert.doesNotMatch(chat.body, /data-testid="message-account"/);
});

test("a conversation shows its messages in the order in which they came", async () => {
  const { app, source } = startPhone();
  for (const title of ["一", "二", "三"]) source.deliver("zhang", { title });

  const { body } = await app.inject(`/phone/zhang/chats/${SHOP.appid}`);

  assert.deepEqual(titlesOf(body), ["一", "二", "三"]);
});

test("a conversation that was looked at is read, the others are not", async () => {
  const { app, source } = startPhone();
  source.deliver("zhang", { placement: "chat" });
  source.deliver("zhang", { placement: "service_notification" });

  await app.inject(`/phone/zhang/chats/${SHOP.appid}`);

  const { body } = await app.inject("/phone/zhang");
  assert.doesNotMatch(entryOf(body, "chat-entry"), /unread-badge/);
  assert.match(entryOf(body, "service-notifications-entry"), /unread-badge/);
});

test("whoever merely asks about a conversation has not read it", async () => {
  const { app, source } = startPhone();
  source.deliver("zhang", {});

  await app.inject({ method: "HEAD", url: `/phone/zhang/chats/${SHOP.appid}` });

  assert.equal(source.listMessages("zhang", 1)[0]?.isRead, false);
});

test("looking at a conversation that is read changes nothing, so that pages renewing each other come to rest", async () => {
  const { app, source } = startPhone();
  source.deliver("zhang", {});
  await app.inject(`/phone/zhang/chats/${SHOP.appid}`);
  let changeCount = 0;
  source.onChange("zhang", () => (changeCount += 1));

  await app.inject(`/phone/zhang/chats/${SHOP.appid}`);

  assert.equal(changeCount, 0);
});

test("each person sees their own messages only", async () => {
  const { app, source } = startPhone();
  source.deliver("zhang", { placement: "service_notification", title: "给张三" });

  const { body } = await app.inject("/phone/li/service-notifications");

  assert.doesNotMatch(body, /给张三/);
});

test("the newest message is at hand to be read out when a page renews itself", async () => {
  const { app, source } = startPhone();
  const { id } = source.deliver("zhang", { title: "发货通知" });

  const { body } = await app.inject("/phone/zhang/accounts");

  assert.match(
    body,
    new RegExp(`data-latest="${id}" data-announcement="新消息：一次示例号，发货通知"`),
  );
  assert.match(body, /id="live-status"\s+role="status"\s+aria-live="polite"/);
});

test("the phone of nobody is a page of its own, with the way back", async () => {
  const { app } = startPhone();

  for (const page of ["", "/accounts", "/me", "/service-notifications", `/chats/${SHOP.appid}`]) {
    const { statusCode, headers, body } = await app.inject(`/phone/nobody${page}`);

    assert.equal(statusCode, 404);
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.match(body, /没有这个人[\s\S]*href="\/phone"/);
  }
});

test("a chat with an account that does not exist is a page of its own, and takes no phone into hand", async () => {
  const { app } = startPhone();

  const { statusCode, headers, body } = await app.inject("/phone/zhang/chats/wxffffffffffffffff");

  assert.equal(statusCode, 404);
  assert.equal(headers["set-cookie"], undefined);
  assert.match(body, /这部手机上没有这一页[\s\S]*href="\/phone\/zhang"/);
});

test("every page of the phone is sent under the pages' policy", async () => {
  const { app } = startPhone();

  for (const url of ["/phone", "/phone/zhang", "/phone/zhang/me", "/phone/nobody"]) {
    const { headers } = await app.inject(url);

    assert.match(String(headers["content-security-policy"]), /^default-src 'none'/);
    assert.equal(headers["cache-control"], "no-store");
  }
});

/** The markup of one entry of the chat list. */
function entryOf(body: string, testId: string): string {
  const entry = body.split("<a ").find((part) => part.includes(`data-testid="${testId}"`));
  assert.ok(entry, `no ${testId}`);
  return entry;
}

function titlesOf(body: string): readonly string[] {
  return [...body.matchAll(/data-testid="message-title">([^<]*)</g)].map(([, title = ""]) => title);
}
