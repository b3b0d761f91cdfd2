import assert from "node:assert/strict";
import { test } from "node:test";
import {
  confirm,
  buildLink,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  send,
} from "./sandbox.ts";

test("one confirmation gives one message", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  await confirm(sandbox);

  const answers = [await send(sandbox, token, body), await send(sandbox, token, body)];

  assert.deepEqual(answers.map(readErrcode), [0, 43101]);
  assert.equal((await sandbox.platform.control.listInbox({ person: "zhang" })).length, 1);
});

test("confirming twice before the message is sent still gives one message", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  await confirm(sandbox);
  await confirm(sandbox);

  const answers = [await send(sandbox, token, body), await send(sandbox, token, body)];

  assert.deepEqual(answers.map(readErrcode), [0, 43101]);
  const [grant] = await sandbox.platform.control.listGrants();
  assert.equal(grant?.generation, 1);
});

test("confirming again after the message was sent gives another, as the next generation", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  await confirm(sandbox);
  await send(sandbox, token, body);
  await confirm(sandbox);

  const answer = await send(sandbox, token, body);

  assert.equal(readErrcode(answer), 0);
  const [grant] = await sandbox.platform.control.listGrants();
  const [, message] = await sandbox.platform.control.listInbox();
  assert.ok(message);
  assert.deepEqual([grant?.state, grant?.generation, grant?.messageId], ["spent", 2, message.id]);
});

test("each scene has a grant of its own", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox, { scene: 1000 });
  await confirm(sandbox, { scene: 1001 });

  const answers = [
    await send(sandbox, token, await makeBody(sandbox, { scene: 1001 })),
    await send(sandbox, token, await makeBody(sandbox, { scene: 1002 })),
    await send(sandbox, token, await makeBody(sandbox, { scene: 1000 })),
  ];

  assert.deepEqual(answers.map(readErrcode), [0, 43101, 0]);
});

test("a grant is the person's own", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox, { person: "zhang" });

  const answer = await send(sandbox, token, await makeBody(sandbox, { person: "li" }));

  assert.equal(readErrcode(answer), 43101);
});

test("cancelling gives no grant and takes none away", async (t) => {
  const sandbox = await openSandbox(t);
  const { control } = sandbox.platform;
  const cancel = { authorizeLink: buildLink(), person: "zhang", action: "cancel" } as const;

  await control.decide(cancel);
  const before = await control.listGrants();
  await confirm(sandbox);
  await control.decide(cancel);

  assert.deepEqual(before, []);
  const [grant] = await control.listGrants();
  assert.equal(grant?.state, "granted");
});

test("a message that is refused spends nothing", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox);

  await send(sandbox, token, {
    ...(await makeBody(sandbox)),
    title: "一二三四五六七八九十一二三四五六",
  });

  const [grant] = await sandbox.platform.control.listGrants();
  assert.equal(grant?.state, "granted");
});

test("following and unfollowing change no grant", async (t) => {
  const sandbox = await openSandbox(t);
  const { control } = sandbox.platform;
  await confirm(sandbox);

  await control.changePerson("zhang", { follows: [] });

  const [grant] = await control.listGrants();
  assert.equal(grant?.state, "granted");
});

test("of fifty sends at once for one grant exactly one is answered 0", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  await confirm(sandbox);

  const answers = await Promise.all(Array.from({ length: 50 }, () => send(sandbox, token, body)));

  const errcodes = answers.map(readErrcode);
  assert.equal(errcodes.filter((errcode) => errcode === 0).length, 1);
  assert.equal(errcodes.filter((errcode) => errcode === 43101).length, 49);
  assert.equal((await sandbox.platform.control.listInbox()).length, 1);
});
