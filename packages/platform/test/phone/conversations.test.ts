import assert from "node:assert/strict";
import { test } from "node:test";
import { listConversations } from "../../src/phone/conversations.ts";
import { createMemoryPhoneSource, SCHOOL, SHOP } from "./memory-phone-source.ts";

function readContent(source: ReturnType<typeof createMemoryPhoneSource>, personId: string) {
  const person = source.findPerson(personId);
  assert.ok(person);
  return {
    person,
    accounts: source.listAccounts(),
    messages: source.listMessages(personId, 100),
    grants: [],
    journal: [],
  };
}

test("a person sees Service Notifications and the chats of the accounts that are followed", () => {
  const source = createMemoryPhoneSource();

  const entries = listConversations(readContent(source, "zhang"));

  assert.deepEqual(
    entries.map(({ conversation }) => conversation),
    [{ kind: "service_notifications" }, { kind: "chat", appid: SHOP.appid }],
  );
});

test("the conversation of the newest message comes first, with its count of unread ones", () => {
  const source = createMemoryPhoneSource();
  source.deliver("zhang", { receivedAt: 1_000, isRead: true });
  source.deliver("zhang", { receivedAt: 2_000, title: "第二条" });
  source.deliver("zhang", {
    appid: SCHOOL.appid,
    placement: "service_notification",
    receivedAt: 1_500,
  });

  const entries = listConversations(readContent(source, "zhang"));

  assert.deepEqual(
    entries.map(({ conversation, latest, unreadCount }) => [
      conversation.kind,
      latest?.title,
      unreadCount,
    ]),
    [
      ["chat", "第二条", 1],
      ["service_notifications", "订阅通知", 1],
    ],
  );
});

test("a message lies where it was put when it came, whomever the person follows now", async () => {
  const source = createMemoryPhoneSource();
  source.deliver("zhang", {});

  await source.setFollow("zhang", SHOP.appid, false);

  const [chat] = listConversations(readContent(source, "zhang"));
  assert.ok(chat);
  assert.deepEqual(chat.conversation, { kind: "chat", appid: SHOP.appid });
  assert.equal(chat.unreadCount, 1);
});
