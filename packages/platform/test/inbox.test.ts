import assert from "node:assert/strict";
import { test } from "node:test";
import { APPID, confirm, getToken, makeBody, openSandbox, type Sandbox, send } from "./sandbox.ts";

async function deliver(sandbox: Sandbox, person: string): Promise<void> {
  await confirm(sandbox, { person });
  await send(sandbox, await getToken(sandbox), await makeBody(sandbox, { person }));
}

test("a wait for a message ends as soon as it arrives", async (t) => {
  const sandbox = await openSandbox(t);
  const waiting = sandbox.platform.control.listInbox({ person: "li", waitMs: 60_000 });

  await deliver(sandbox, "zhang");
  await deliver(sandbox, "li");

  const messages = await waiting;
  assert.deepEqual(
    messages.map(({ person, title }) => [person, title]),
    [["li", "订阅通知"]],
  );
});

test("a wait for a message ends with none when the time is up", async (t) => {
  const sandbox = await openSandbox(t);
  const waiting = sandbox.platform.control.listInbox({ person: "li", waitMs: 60_000 });

  await sandbox.platform.control.advanceClock({ advanceMs: 60_000 });

  assert.deepEqual(await waiting, []);
});

test("a wait can be for what comes after a message", async (t) => {
  const sandbox = await openSandbox(t);
  await deliver(sandbox, "li");
  const [first] = await sandbox.platform.control.listInbox({ person: "li" });
  const waiting = sandbox.platform.control.listInbox({
    person: "li",
    after: first?.id ?? 0,
    waitMs: 60_000,
  });

  await deliver(sandbox, "li");

  assert.equal((await waiting).length, 1);
  assert.notEqual((await waiting)[0]?.id, first?.id);
});

test("a wait ends when the platform stops", async (t) => {
  const sandbox = await openSandbox(t);
  const waiting = sandbox.platform.control.listInbox({ person: "li", waitMs: 60_000 });

  await sandbox.platform.stop();

  assert.deepEqual(await waiting, []);
});

test("without a place to begin, the newest messages are listed, oldest first", async (t) => {
  const sandbox = await openSandbox(t);
  for (const person of ["li", "zhang", "li"]) await deliver(sandbox, person);

  const newest = await sandbox.platform.control.listInbox({ limit: 2 });
  const first = await sandbox.platform.control.listInbox({ after: 0, limit: 2 });

  assert.deepEqual(
    [newest.map(({ person }) => person), first.map(({ person }) => person)],
    [
      ["zhang", "li"],
      ["li", "zhang"],
    ],
  );
});

test("the phone page shows a message that has arrived, and looking at it reads it", async (t) => {
  const sandbox = await openSandbox(t);
  await deliver(sandbox, "zhang");

  const before = await sandbox.platform.control.listInbox({ person: "zhang" });
  const chat = await sandbox.ask(`/phone/zhang/chats/${APPID}`);
  const after = await sandbox.platform.control.listInbox({ person: "zhang" });

  assert.match(chat.text, /您好!/);
  assert.deepEqual([before[0]?.isRead, after[0]?.isRead], [false, true]);
});

test("an open phone is told when a message arrives, and not of other people's", async (t) => {
  const sandbox = await openSandbox(t);
  const { body } = await sandbox.world.dispatcher.request({
    origin: sandbox.platform.url,
    path: "/phone/zhang/events",
    method: "GET",
  });
  const told = body.text();

  await deliver(sandbox, "li");
  await deliver(sandbox, "zhang");
  await sandbox.ask("/"); // by now what was to be told is on its way
  await sandbox.platform.stop();

  assert.equal((await told).match(/^event: change$/gm)?.length, 1);
});

test("a desk is told of everybody's calls and decisions", async (t) => {
  const sandbox = await openSandbox(t);
  const { body } = await sandbox.world.dispatcher.request({
    origin: sandbox.platform.url,
    path: "/phone/zhang/events?desk=true",
    method: "GET",
  });
  const told = body.text();

  await sandbox.ask("/cgi-bin/token");
  await sandbox.ask("/"); // by now what was to be told is on its way
  await confirm(sandbox, { person: "li" });
  await sandbox.ask("/");
  await sandbox.platform.stop();

  assert.equal((await told).match(/^event: change$/gm)?.length, 2);
});

test("following on the phone decides where the next message lies", async (t) => {
  const sandbox = await openSandbox(t);
  const follow = await sandbox.ask("/phone/li/follows", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `appid=${APPID}&follows=true`,
  });

  await deliver(sandbox, "li");

  assert.equal(follow.status, 303);
  const [message] = await sandbox.platform.control.listInbox({ person: "li" });
  assert.equal(message?.placement, "chat");
});
