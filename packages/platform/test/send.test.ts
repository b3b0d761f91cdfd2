import assert from "node:assert/strict";
import { test } from "node:test";
import { SEND_PATH } from "@yici/protocol";
import {
  type Answer,
  APPID,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  type Question,
  readErrcode,
  type Sandbox,
  send,
} from "./sandbox.ts";

/** Sends a body as it stands, without a content type. */
function sendText(sandbox: Sandbox, token: string, question: Question): Promise<Answer> {
  return sandbox.ask(`${SEND_PATH}?access_token=${token}`, { method: "POST", ...question });
}

/** Why the last call was refused, in English. */
async function findReason({ platform }: Sandbox): Promise<string | undefined> {
  return (await platform.control.listJournal()).at(-1)?.why?.en;
}

test("a message is answered as WeChat answers: its header, its compact JSON, no message id", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox);

  const answer = await send(sandbox, token, await makeBody(sandbox));

  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "application/json; encoding=utf-8");
  assert.equal(answer.text, '{"errcode":0,"errmsg":"ok"}');
});

test("a refusal has status 200 too, and a rid that begins with the second of the call", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);

  const answer = await send(sandbox, token, await makeBody(sandbox));

  const seconds = Math.floor(sandbox.world.now() / 1_000).toString(16);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "application/json; encoding=utf-8");
  assert.match(
    answer.text,
    new RegExp(
      `^{"errcode":43101,"errmsg":"user refuse to accept the msg rid: ${seconds}-[0-9a-f]{8}-[0-9a-f]{8}"}$`,
    ),
  );
});

/** One thing wrong with a call, in the order in which the checks look (facts 3.7), and what is then answered. */
interface Wrong {
  readonly name: string;
  readonly errcode: number;
  readonly body?: Readonly<Record<string, unknown>>;
}

const BODIES: readonly Wrong[] = [
  { name: "touser is nobody's", errcode: 40003, body: { touser: "oNobody" } },
  { name: "touser is missing", errcode: 40003, body: { touser: undefined } },
  { name: "template_id is another", errcode: 40037, body: { template_id: "another" } },
  { name: "template_id is missing", errcode: 40037, body: { template_id: undefined } },
  { name: "scene is too large", errcode: 40097, body: { scene: "10001" } },
  { name: "scene is no integer", errcode: 40097, body: { scene: 1.5 } },
  { name: "scene is missing", errcode: 40097, body: { scene: undefined } },
  {
    name: "title has 16 characters",
    errcode: 40062,
    body: { title: "一二三四五六七八九十一二三四五六" },
  },
  { name: "title is missing", errcode: 40062, body: { title: "" } },
  {
    name: "content has 201 characters",
    errcode: 45002,
    body: { data: { content: { value: "长".repeat(201) } } },
  },
  { name: "url is no web address", errcode: 40066, body: { url: "javascript:alert(1)" } },
  {
    name: "the mini-program has no appid",
    errcode: 40166,
    body: { miniprogram: { pagepath: "index" } },
  },
  {
    name: "the mini-program is another's",
    errcode: 40013,
    body: { miniprogram: { appid: "wx0123456789abcdef", pagepath: "index" } },
  },
  {
    name: "the pagepath has a space",
    errcode: 40165,
    body: { miniprogram: { appid: "wxba5fad812f8e6fb9", pagepath: "in dex" } },
  },
];

for (const { name, errcode, body } of BODIES) {
  test(`a message is refused when ${name}: ${errcode}`, async (t) => {
    const sandbox = await openSandbox(t);
    await sandbox.platform.control.changeAccount(APPID, {
      boundMiniprograms: ["wxba5fad812f8e6fb9"],
    });
    const token = await getToken(sandbox);
    await confirm(sandbox);

    const answer = await send(sandbox, token, { ...(await makeBody(sandbox)), ...body });

    assert.equal(readErrcode(answer), errcode);
    assert.match(JSON.stringify(JSON.parse(answer.text)), /rid: /);
    assert.ok(await findReason(sandbox));
    assert.deepEqual(await sandbox.platform.control.listInbox(), []);
  });
}

test("with everything wrong at once, the checks speak in the documented order", async (t) => {
  const sandbox = await openSandbox(t);
  const { control } = sandbox.platform;
  const token = await getToken(sandbox);
  const right = await makeBody(sandbox);
  await control.changeAccount(APPID, {
    isCertified: false,
    boundMiniprograms: [],
    standing: "capability_blocked",
    domainsWithoutIcp: ["example.com"],
    quotas: [{ endpoint: SEND_PATH, perDay: 0, perMinute: 0 }],
  });
  await control.changePerson("zhang", { blocks: [APPID], refuses: [APPID] });
  const wrong = {
    touser: "oNobody",
    template_id: "another",
    scene: 10_001,
    title: "",
    data: { content: { value: "长".repeat(201) } },
    url: "x".repeat(1_025),
    miniprogram: { appid: "wx0123456789abcdef", pagepath: "in dex" },
  };
  const spoken: unknown[] = [];
  const say = async (answer: Promise<Answer>): Promise<void> => {
    spoken.push(readErrcode(await answer));
  };

  await say(sandbox.ask(SEND_PATH));
  await say(sandbox.ask(SEND_PATH, { method: "POST" }));
  await say(sendText(sandbox, "garbage", {}));
  await say(sendText(sandbox, token, {}));
  await say(sendText(sandbox, token, { body: "touser=oNobody" }));
  await say(send(sandbox, token, wrong));
  await control.changeAccount(APPID, { isCertified: true });
  await say(send(sandbox, token, wrong));
  await control.changeAccount(APPID, { standing: "frozen" });
  await say(send(sandbox, token, wrong));
  await control.changeAccount(APPID, { standing: "good" });
  let body: Readonly<Record<string, unknown>> = wrong;
  for (const field of ["touser", "template_id", "scene", "title", "data"]) {
    await say(send(sandbox, token, body));
    body = { ...body, [field]: right[field] };
  }
  for (const url of [wrong.url, "nowhere", "https://example.com", "https://filed.example"]) {
    body = { ...body, url };
    await say(send(sandbox, token, body));
  }
  await control.changeAccount(APPID, { boundMiniprograms: null });
  await say(send(sandbox, token, body));
  await say(send(sandbox, token, right));
  await control.changeAccount(APPID, { quotas: [{ endpoint: SEND_PATH, perDay: 0 }] });
  await say(send(sandbox, token, right));
  await control.changeAccount(APPID, { quotas: [] });
  await say(send(sandbox, token, right));
  await control.changePerson("zhang", { blocks: [] });
  await say(send(sandbox, token, right));
  await control.changePerson("zhang", { refuses: [] });
  await say(send(sandbox, token, right));
  await confirm(sandbox);
  await say(send(sandbox, token, right));

  assert.deepEqual(
    spoken,
    [
      43002, 41001, 40014, 44002, 47001, 48001, 48004, 50002, 40003, 40037, 40097, 40062, 45002,
      40039, 40066, 45082, 40013, 40165, 45011, 45009, 48002, 43101, 43101, 0,
    ],
  );
});

test("characters are counted as code points: fifteen emoji are a title, two hundred a content", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox);
  const body = {
    ...(await makeBody(sandbox)),
    title: "😀".repeat(15),
    data: { content: { value: "😀".repeat(200) } },
  };

  const answer = await send(sandbox, token, body);

  assert.equal(readErrcode(answer), 0);
});

test("a body is read whatever its content type says", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const errcodes: unknown[] = [];
  for (const type of [
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; encoding=utf-8",
  ]) {
    await confirm(sandbox);
    const body = JSON.stringify(await makeBody(sandbox));
    const headers = type === "" ? {} : { "content-type": type };

    errcodes.push(readErrcode(await sendText(sandbox, token, { body, headers })));
  }

  assert.deepEqual(errcodes, [0, 0, 0, 0]);
});

test("a body that is longer than any message is refused before it is read to its end", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);

  const answer = await sendText(sandbox, token, { body: "x".repeat(1_100_000) });

  assert.equal(readErrcode(answer), 45002);
});

test("a mini-program wins over a url, and an empty one is none", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const miniprogram = { appid: "wxba5fad812f8e6fb9", pagepath: "index?foo=bar" };
  const url = "https://example.com";
  for (const jump of [
    {},
    { url, miniprogram: "" },
    { url, miniprogram: {} },
    { url, miniprogram },
  ]) {
    await confirm(sandbox);
    await send(sandbox, token, { ...(await makeBody(sandbox)), ...jump });
  }

  const messages = await sandbox.platform.control.listInbox({ person: "zhang" });

  assert.deepEqual(
    messages.map(({ jump }) => jump),
    [
      undefined,
      { kind: "url", url },
      { kind: "url", url },
      { kind: "miniprogram", ...miniprogram },
    ],
  );
});

test("a message lies in the chat of who follows then, in Service Notifications of everybody else", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox, { person: "zhang" });
  await confirm(sandbox, { person: "li" });
  await sandbox.platform.control.changePerson("zhang", { follows: [] });
  await sandbox.platform.control.changePerson("li", { follows: [APPID] });

  for (const person of ["zhang", "li"]) {
    await send(sandbox, token, await makeBody(sandbox, { person }));
  }

  const messages = await sandbox.platform.control.listInbox();
  assert.deepEqual(
    messages.map(({ person, placement }) => [person, placement]),
    [
      ["zhang", "service_notification"],
      ["li", "chat"],
    ],
  );
});

test("a mobile app has no chat: its messages lie in Service Notifications", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox);
  await sandbox.platform.control.changeAccount(APPID, { kind: "mobile_app" });

  await send(sandbox, token, await makeBody(sandbox));

  const [message] = await sandbox.platform.control.listInbox({ person: "zhang" });
  assert.equal(message?.placement, "service_notification");
});

test("a quota counts what was answered 0, by the day of UTC+8", async (t) => {
  const sandbox = await openSandbox(t); // at 08:00 in UTC+8
  const { control } = sandbox.platform;
  await control.changeAccount(APPID, { quotas: [{ endpoint: SEND_PATH, perDay: 1 }] });
  const sendOnce = async (): Promise<unknown> => {
    const token = await getToken(sandbox);
    return readErrcode(await send(sandbox, token, await makeBody(sandbox)));
  };

  const errcodes = [await sendOnce()];
  await confirm(sandbox);
  errcodes.push(await sendOnce());
  await confirm(sandbox);
  errcodes.push(await sendOnce());
  await control.advanceClock({ advanceMs: 16 * 3_600_000 - 1 });
  errcodes.push(await sendOnce());
  await control.advanceClock({ advanceMs: 1 });
  errcodes.push(await sendOnce());

  assert.deepEqual(errcodes, [43101, 0, 45009, 45009, 0]);
});

test("the journal tells why there is no grant: never confirmed, and which scenes are", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox, { scene: 7 });
  await confirm(sandbox, { scene: 8 });

  await send(sandbox, token, await makeBody(sandbox, { scene: 1000 }));

  assert.equal(
    await findReason(sandbox),
    "This person never confirmed under scene 1000. Grants are open under these scenes: 7, 8.",
  );
});

test("the journal tells why there is no grant: when it was spent, and by which message", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox);
  await send(sandbox, token, await makeBody(sandbox));
  await sandbox.platform.control.advanceClock({ advanceMs: 60_000 });

  await send(sandbox, token, await makeBody(sandbox));

  const [message] = await sandbox.platform.control.listInbox();
  assert.equal(
    await findReason(sandbox),
    `The grant of scene 1000 was spent at 2026-01-01T00:00:00.000Z by message ${message?.id}; another needs another confirmation.`,
  );
});

test("the journal tells that a touser is another account's", async (t) => {
  const sandbox = await openSandbox(t);
  const { control } = sandbox.platform;
  const other = await control.addAccount({ name: "另一个号" });
  const [zhang] = await control.listPeople();
  const token = await getToken(sandbox);

  const answer = await send(sandbox, token, {
    ...(await makeBody(sandbox)),
    touser: zhang?.openids[other.appid],
  });

  assert.equal(readErrcode(answer), 40003);
  assert.match(
    (await findReason(sandbox)) ?? "",
    new RegExp(`under ${other.appid}, but the token is ${APPID}'s`),
  );
});

test("the journal's entry of a delivery has the message's id, and stands in its place among the calls", async (t) => {
  const sandbox = await openSandbox(t);
  const { control } = sandbox.platform;
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  await confirm(sandbox);

  for (const at of [1, 2, 3]) {
    await control.advanceClock({ advanceMs: at });
    await send(sandbox, token, at === 2 ? body : "no JSON");
  }

  const entries = (await control.listJournal()).slice(-3);
  const [message] = await control.listInbox();
  assert.deepEqual(
    entries.map(({ errcode }) => errcode),
    [47001, 0, 47001],
  );
  const [, sent] = entries;
  assert.ok(sent && message);
  assert.match(sent.rid, /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
  assert.match(sent.token ?? "", /^[0-9a-f]{8}$/);
  assert.equal(sent.token, entries[0]?.token);
  const { appid, openid, scene, receivedAt } = message;
  const { rid: _rid, token: _token, ...told } = sent;
  assert.deepEqual(told, {
    id: message.id,
    kind: "call",
    at: receivedAt,
    method: "POST",
    endpoint: SEND_PATH,
    errcode: 0,
    errmsg: "ok",
    appid,
    openid,
    scene,
    why: undefined,
    fault: undefined,
    transcript: undefined,
  });
});

test("of a delivery the journal holds no secret: neither the token nor what the message says", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox);

  await send(sandbox, token, await makeBody(sandbox));

  const text = JSON.stringify(await sandbox.platform.control.listJournal());
  assert.ok(!text.includes(token.slice(0, 20)));
  assert.ok(!text.includes("您好"));
  assert.ok(!text.includes("0123456789abcdef0123456789abcdef"));
});

test("a call that there is not is refused as WeChat does", async (t) => {
  const { ask } = await openSandbox(t);

  const answer = await ask("/cgi-bin/message/nothing", { method: "POST", body: "{}" });

  assert.equal(answer.status, 200);
  assert.equal(readErrcode(answer), 40066);
});
