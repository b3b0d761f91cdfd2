import assert from "node:assert/strict";
import { test } from "node:test";
import { SEND_PATH, TOKEN_PATH } from "@yici/protocol";
import {
  type Answer,
  APPID,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  type Sandbox,
  send,
  tokenPath,
} from "./sandbox.ts";

interface Ready {
  readonly sandbox: Sandbox;
  /** Sends the one message there is a grant for. */
  readonly sendOnce: () => Promise<Answer>;
}

async function prepare(sandbox: Sandbox): Promise<Ready> {
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  await confirm(sandbox);
  return { sandbox, sendOnce: () => send(sandbox, token, body) };
}

async function countMessages({ platform }: Sandbox): Promise<number> {
  return (await platform.control.listInbox()).length;
}

test("an errcode fault answers its code and processes nothing", async (t) => {
  const { sandbox, sendOnce } = await prepare(await openSandbox(t));
  await sandbox.platform.control.addFault({ kind: "errcode", errcode: 45011, count: 1 });

  const answers = [await sendOnce(), await sendOnce()];

  assert.deepEqual(answers.map(readErrcode), [45011, 0]);
  assert.match(answers[0]?.text ?? "", /api minute-quota reach limit.* rid: /);
});

test("an errcode fault after processing answers -1 although the message was delivered", async (t) => {
  const { sandbox, sendOnce } = await prepare(await openSandbox(t));
  const { control } = sandbox.platform;
  await control.addFault({ kind: "errcode", errcode: -1, when: "after", count: 1 });

  const answers = [await sendOnce(), await sendOnce()];

  assert.deepEqual(answers.map(readErrcode), [-1, 43101]);
  const [message, ...others] = await control.listInbox();
  assert.deepEqual(others, []);
  const [entry, next] = (await control.listJournal()).slice(-2);
  assert.deepEqual(
    [entry?.id, entry?.errcode, entry?.fault],
    [message?.id, 0, "errcode, -1, processed"],
  );
  assert.equal(next?.errcode, 43101);
});

for (const kind of ["reset", "truncated"] as const) {
  test(`a ${kind} before processing breaks the connection and delivers nothing`, async (t) => {
    const { sandbox, sendOnce } = await prepare(await openSandbox(t));
    await sandbox.platform.control.addFault({ kind, when: "before", count: 1 });

    await assert.rejects(sendOnce());

    assert.equal(await countMessages(sandbox), 0);
    assert.equal(readErrcode(await sendOnce()), 0);
  });

  test(`a ${kind} after processing breaks the connection although the message was delivered`, async (t) => {
    const { sandbox, sendOnce } = await prepare(await openSandbox(t));
    await sandbox.platform.control.addFault({ kind, when: "after", count: 1 });

    await assert.rejects(sendOnce());

    assert.equal(await countMessages(sandbox), 1);
    assert.equal(readErrcode(await sendOnce()), 43101);
  });
}

test("a truncated answer is half of the real one", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.platform.control.addFault({ kind: "truncated", when: "after" });
  const { origin } = new URL(sandbox.platform.url);

  const { headers, body } = await sandbox.world.dispatcher.request({
    origin,
    path: tokenPath(),
    method: "GET",
  });
  let received = "";
  await assert.rejects(async () => {
    for await (const chunk of body) received += String(chunk);
  });

  assert.ok(received.startsWith('{"access_token":"90_'));
  assert.equal(received.length, Math.floor(Number(headers["content-length"]) / 2));
});

test("no answer after processing: the connection stays silent, the message is delivered", async (t) => {
  const { sandbox, sendOnce } = await prepare(await openSandbox(t));
  const { control } = sandbox.platform;
  await control.addFault({ kind: "no_answer", when: "after", endpoint: SEND_PATH });
  const silent = sendOnce();
  let hasEnded = false;
  const ended = silent.catch(() => undefined).finally(() => (hasEnded = true));

  const messages = await control.listInbox({ person: "zhang", waitMs: 1_000 });

  assert.equal(messages.length, 1);
  assert.equal(hasEnded, false);
  await sandbox.platform.stop();
  await ended;
  await assert.rejects(silent);
});

for (const status of [200, 502]) {
  test(`an HTML page with status ${status} stands in for an answer`, async (t) => {
    const { sandbox, sendOnce } = await prepare(await openSandbox(t));
    await sandbox.platform.control.addFault({ kind: "html", when: "before", status, count: 1 });

    const answer = await sendOnce();

    assert.equal(answer.status, status);
    assert.match(answer.text, /^<html>/);
    assert.equal(await countMessages(sandbox), 0);
  });
}

test("latency is told by the platform's own clock", async (t) => {
  const { sandbox, sendOnce } = await prepare(await openSandbox(t));
  await sandbox.platform.control.addFault({ kind: "latency", latencyMs: 5_000, count: 1 });
  const at = sandbox.world.now();
  const slow = sendOnce();

  // The call has arrived once its fault is used up.
  while ((await sandbox.platform.control.listFaults()).length > 0) await sandbox.ask("/");
  await sandbox.platform.control.advanceClock({ advanceMs: 5_000 });

  assert.equal(readErrcode(await slow), 0);
  const [message] = await sandbox.platform.control.listInbox();
  assert.equal(message?.receivedAt, at + 5_000);
});

test("a token fault revokes the account's tokens in the middle of everything", async (t) => {
  const { sandbox, sendOnce } = await prepare(await openSandbox(t));
  await sandbox.platform.control.addFault({ kind: "token_revoked", endpoint: SEND_PATH, count: 1 });

  const answers = [await sendOnce(), await sendOnce()];
  const fresh = await send(sandbox, await getToken(sandbox), await makeBody(sandbox));

  assert.deepEqual([...answers, fresh].map(readErrcode), [40001, 40001, 0]);
});

test("a fault strikes its own calls: those of its path, those of its account", async (t) => {
  const { sandbox, sendOnce } = await prepare(await openSandbox(t));
  const { control } = sandbox.platform;
  await control.addFault({ kind: "errcode", errcode: 45009, endpoint: TOKEN_PATH });
  await control.addFault({ kind: "errcode", errcode: 48001, appid: "wx0000000000000000" });
  await control.addFault({
    kind: "errcode",
    errcode: 50002,
    endpoint: SEND_PATH,
    appid: APPID,
    count: 1,
  });

  const answers = [await sendOnce(), await sandbox.ask(tokenPath()), await sendOnce()];

  assert.deepEqual(answers.map(readErrcode), [50002, 45009, 0]);
});

test("the same seed strikes the same calls", async (t) => {
  const strikes = [];
  for (const seed of ["one", "one", "other"]) {
    const sandbox = await openSandbox(t);
    const fault = { kind: "errcode", errcode: -1, probability: 0.5, seed } as const;
    await sandbox.platform.control.addFault(fault);
    const errcodes: unknown[] = [];
    for (let count = 0; count < 40; count += 1) {
      errcodes.push(readErrcode(await sandbox.ask(SEND_PATH, { method: "POST" })));
    }
    strikes.push(errcodes.map((errcode) => (errcode === -1 ? "x" : ".")).join(""));
  }

  const [first, second, third] = strikes;
  assert.equal(first, second);
  assert.notEqual(first, third);
  assert.match(first ?? "", /x.*\..*x/);
});

test("a fault can be listed, counted and removed", async (t) => {
  const { sandbox, sendOnce } = await prepare(await openSandbox(t));
  const { control } = sandbox.platform;
  const fault = await control.addFault({ kind: "errcode", errcode: -1 });
  await sendOnce();
  const listed = await control.listFaults();

  await control.removeFaults(fault.id);

  assert.deepEqual(listed, [{ kind: "errcode", errcode: -1, id: fault.id, struckCount: 1 }]);
  assert.equal(readErrcode(await sendOnce()), 0);
});
