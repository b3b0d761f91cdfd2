import assert from "node:assert/strict";
import { test } from "node:test";
import { ControlError, type JournalEntry, type PushInput } from "@yici/platform";
import { decryptPush, encryptPush, signPush, verifyPush } from "@yici/protocol";
import { openReceiver, PUSH_KEY, PUSH_TOKEN, type Received, until } from "./receiver.ts";
import {
  APPID,
  buildLink,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  type Sandbox,
  send,
} from "./sandbox.ts";

const OTHER_KEY = "B".repeat(43);

const SETTINGS = { token: PUSH_TOKEN, encodingAesKey: PUSH_KEY };

test("a URL that answers its echostr is kept, with the defaults of what was not said", async (t) => {
  const { platform } = await openSandbox(t);
  const { url } = await openReceiver(t);

  const kept = await platform.control.changePush(APPID, { ...SETTINGS, url });

  assert.deepEqual(kept, {
    appid: APPID,
    url,
    ...SETTINGS,
    previousEncodingAesKey: undefined,
    mode: "plain",
    format: "xml",
    hasExtensionEvents: false,
  });
  assert.deepEqual(await platform.control.findPush(APPID), kept);
  await assert.rejects(() => platform.control.findPush("wx0000000000000000"), {
    code: "not_found",
  });
});

test("a URL that does not answer its echostr exactly is refused, with why", async (t) => {
  const { platform } = await openSandbox(t);
  const receiver = await openReceiver(t);
  const refusals: Readonly<Record<string, readonly [PushInput, RegExp]>> = {
    "another token": [
      { ...SETTINGS, url: receiver.url, token: "other" },
      /HTTP 403 instead of 200/,
    ],
    "nobody there": [{ ...SETTINGS, url: "http://127.0.0.1:1/" }, /could not be reached/],
    "no port of a server": [
      { ...SETTINGS, url: "http://127.0.0.1:99999/" },
      /whole http\(s\) address/,
    ],
    "another body": [
      { ...SETTINGS, url: `${platform.url}/control/v1/clock` },
      /not echostr itself/,
    ],
  };

  for (const [name, [input, why]] of Object.entries(refusals)) {
    await assert.rejects(
      () => platform.control.changePush(APPID, input),
      (error) => error instanceof ControlError && why.test(error.message),
      name,
    );
  }
  await assert.rejects(() => platform.control.findPush(APPID), { code: "not_found" });
});

test("a URL that answers nothing within five seconds is refused", async (t) => {
  const { platform } = await openSandbox(t);
  const receiver = await openReceiver(t, { isVerified: false });

  const asked = platform.control.changePush(APPID, { ...SETTINGS, url: receiver.url });
  const refused = assert.rejects(asked, /no answer within 5 seconds/);
  await receiver.next();
  await platform.control.advanceClock({ advanceMs: 5_000 });

  await refused;
});

test("who follows and unfollows on the phone is told to the account's server, signed", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  await sandbox.platform.control.changePush(APPID, { ...SETTINGS, url: receiver.url });
  const openid = await findOpenid(sandbox, "li");

  await setFollow(sandbox, "li", true);
  const followed = await receiver.next();
  await setFollow(sandbox, "li", true);
  await setFollow(sandbox, "li", false);
  const unfollowed = await receiver.next();

  assert.deepEqual(
    [followed.method, followed.path, followed.contentType],
    ["POST", "/wechat", "text/xml"],
  );
  assert.deepEqual([...followed.query.keys()], ["signature", "timestamp", "nonce", "openid"]);
  assert.equal(followed.query.get("openid"), openid);
  assert.ok(isSigned(followed));
  assert.match(
    followed.body,
    new RegExp(
      `^<xml><ToUserName><!\\[CDATA\\[gh_[0-9a-f]{12}\\]\\]></ToUserName><FromUserName><!\\[CDATA\\[${openid}\\]\\]></FromUserName>` +
        "<CreateTime>1767225600</CreateTime><MsgType><!\\[CDATA\\[event\\]\\]></MsgType><Event><!\\[CDATA\\[subscribe\\]\\]></Event>" +
        "<EventKey><!\\[CDATA\\[\\]\\]></EventKey></xml>$",
    ),
  );
  assert.match(unfollowed.body, /<Event><!\[CDATA\[unsubscribe\]\]><\/Event>/);
  assert.deepEqual(receiver.waiting, []);
});

test("the control API's follows are told like the phone's, one event for each that changed", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  await sandbox.platform.control.changePush(APPID, {
    ...SETTINGS,
    url: receiver.url,
    format: "json",
  });

  await sandbox.platform.control.changePerson("wang", { follows: [APPID] });
  const followed = await receiver.next();
  await sandbox.platform.control.changePerson("wang", { name: "王小五" });
  await sandbox.platform.control.changePerson("wang", { follows: [] });
  const unfollowed = await receiver.next();

  const openid = await findOpenid(sandbox, "wang");
  assert.equal(followed.contentType, "application/json");
  assert.deepEqual(withoutAddressee(followed.body), {
    FromUserName: openid,
    CreateTime: 1_767_225_600,
    MsgType: "event",
    Event: "subscribe",
    EventKey: "",
  });
  assert.equal(withoutAddressee(unfollowed.body)["Event"], "unsubscribe");
});

test("in safe mode the push is encrypted alone, in compatible mode beside its plain text", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  const { control } = sandbox.platform;
  const input = { ...SETTINGS, url: receiver.url, format: "json" } as const;

  await control.changePush(APPID, { ...input, mode: "safe" });
  await setFollow(sandbox, "li", true);
  const safe = await receiver.next();
  await control.changePush(APPID, { ...input, mode: "compatible" });
  await setFollow(sandbox, "li", false);
  const compatible = await receiver.next();

  for (const { query, body } of [safe, compatible]) {
    const { Encrypt: encrypted } = JSON.parse(body) as { Encrypt: string };
    const [timestamp, nonce] = [String(query.get("timestamp")), String(query.get("nonce"))];
    const signed = { token: PUSH_TOKEN, timestamp, nonce, encrypted };
    assert.equal(query.get("encrypt_type"), "aes");
    assert.ok(verifyPush(query.get("msg_signature") ?? "", signed));
    const opened = decryptPush(encrypted, { encodingAesKey: PUSH_KEY, appid: APPID });
    assert.ok(opened.kind === "decrypted");
    assert.match(opened.message, /"Event":"(?:un)?subscribe"/);
  }
  assert.deepEqual(Object.keys(JSON.parse(safe.body) as object), ["ToUserName", "Encrypt"]);
  assert.equal(withoutAddressee(compatible.body)["Event"], "unsubscribe");
});

test("without an answer that counts there are three retries, five seconds apart, of the same event", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  const { control } = sandbox.platform;
  await control.changePush(APPID, { ...SETTINGS, url: receiver.url });
  const answers = [undefined, { status: 500, text: "success" }, { text: "okay" }, undefined];
  receiver.answer(() => answers.shift());

  await setFollow(sandbox, "li", true);
  const attempts: Received[] = [];
  for (let number = 1; number <= 4; number += 1) {
    attempts.push(await receiver.next());
    if (number === 2 || number === 3) await untilPushes(sandbox, number);
    await control.advanceClock({ advanceMs: 5_000 });
  }
  const entries = await untilPushes(sandbox, 4);
  await control.advanceClock({ advanceMs: 60_000 });

  assert.equal(new Set(attempts.map(({ body }) => body)).size, 1);
  assert.ok(attempts.every(isSigned));
  assert.deepEqual(
    entries.map(({ endpoint, errcode, why }) => [endpoint, errcode, why?.en.split(": ")[1]]),
    [
      ["subscribe", undefined, "there was no answer within 5 seconds."],
      ["subscribe", undefined, "the answer was HTTP 500."],
      ["subscribe", undefined, "the answer was neither success nor empty nor a reply."],
      ["subscribe", undefined, "there was no answer within 5 seconds."],
    ],
  );
  assert.deepEqual(receiver.waiting, []);
});

test("an answer that counts ends the retries: success, nothing, or a reply", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  const { control } = sandbox.platform;
  await control.changePush(APPID, { ...SETTINGS, url: receiver.url });
  const answers = ["success", "", "<xml><MsgType><![CDATA[text]]></MsgType></xml>"];

  for (const [index, text] of answers.entries()) {
    receiver.answer(() => ({ text }));
    await setFollow(sandbox, "li", index % 2 === 0);
    await receiver.next();
    await untilPushes(sandbox, index + 1);
    await control.advanceClock({ advanceMs: 60_000 });
  }

  const entries = await untilPushes(sandbox, answers.length);
  assert.deepEqual(
    entries.map(({ errcode }) => errcode),
    [0, 0, 0],
  );
  assert.deepEqual(receiver.waiting, []);
});

test("in safe mode a reply must be encrypted, with this key or during a rotation the one before", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  const { control } = sandbox.platform;
  const input = { ...SETTINGS, url: receiver.url, mode: "safe" } as const;
  await control.changePush(APPID, { ...input, encodingAesKey: OTHER_KEY });
  await control.changePush(APPID, input);
  const replies: readonly (readonly [string, number | undefined])[] = [
    [encryptReply(PUSH_KEY), 0],
    [encryptReply(OTHER_KEY), 0],
    [encryptReply("C".repeat(43)), undefined],
    [encryptReply(PUSH_KEY).replace("<MsgSignature>", "<MsgSignature>0"), undefined],
    ["<xml><MsgType><![CDATA[text]]></MsgType></xml>", undefined],
  ];

  const errcodes: (number | undefined)[] = [];
  for (const [index, [text]] of replies.entries()) {
    const before = (await listPushes(sandbox)).length;
    receiver.answer((): { text: string } => ({ text }));
    await setFollow(sandbox, "li", index % 2 === 0);
    await receiver.next();
    errcodes.push((await untilPushes(sandbox, before + 1)).at(-1)?.errcode);
    receiver.answer(() => ({ text: "success" }));
    if (errcodes.at(-1) === undefined) {
      await control.advanceClock({ advanceMs: 5_000 });
      await receiver.next();
      await untilPushes(sandbox, before + 2);
    }
  }

  assert.deepEqual(
    errcodes,
    replies.map(([, errcode]) => errcode),
  );
  assert.equal((await control.findPush(APPID)).previousEncodingAesKey, OTHER_KEY);
});

test("of a one-time message nothing is pushed, as with the real one", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  await sandbox.platform.control.changePush(APPID, { ...SETTINGS, url: receiver.url });

  await confirm(sandbox);
  await send(sandbox, await getToken(sandbox), await makeBody(sandbox));
  await setFollow(sandbox, "li", true);
  const first = await receiver.next();

  assert.match(first.body, /<Event><!\[CDATA\[subscribe\]\]><\/Event>/);
  assert.deepEqual(receiver.waiting, []);
});

test("who asks for this platform's own events is told of decisions and of messages sent", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  const { control } = sandbox.platform;
  const settings = {
    ...SETTINGS,
    url: receiver.url,
    format: "json",
    hasExtensionEvents: true,
  } as const;
  await control.changePush(APPID, settings);

  await confirm(sandbox, { scene: 7 });
  const decided = withoutAddressee((await receiver.next()).body);
  await send(sandbox, await getToken(sandbox), await makeBody(sandbox, { scene: 7 }));
  const sent = withoutAddressee((await receiver.next()).body);

  const openid = await findOpenid(sandbox, "zhang");
  const [message] = await control.listInbox({ person: "zhang" });
  const usual = { FromUserName: openid, CreateTime: 1_767_225_600, MsgType: "event" };
  assert.deepEqual(decided, {
    ...usual,
    Event: "yici_subscribe_msg_decided",
    Action: "confirm",
    Scene: 7,
  });
  assert.deepEqual(sent, {
    ...usual,
    Event: "yici_subscribe_msg_sent",
    Scene: 7,
    MessageId: message?.id,
  });
});

test("of this platform's own events, the one about somebody who cancels names nobody", async (t) => {
  const { platform } = await openSandbox(t);
  const { control } = platform;
  const receiver = await openReceiver(t);
  const settings = { ...SETTINGS, format: "json", hasExtensionEvents: true } as const;
  await control.changePush(APPID, { ...settings, url: receiver.url });

  const authorizeLink = buildLink({ scene: "7" });
  await control.decide({ authorizeLink, person: "zhang", action: "cancel" });
  const decided = await receiver.next();

  assert.equal(decided.query.get("openid"), null);
  assert.deepEqual(withoutAddressee(decided.body), {
    CreateTime: 1_767_225_600,
    MsgType: "event",
    Event: "yici_subscribe_msg_decided",
    Action: "cancel",
    Scene: 7,
  });
});

test("a platform that stops waits for no server that does not answer", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  await sandbox.platform.control.changePush(APPID, { ...SETTINGS, url: receiver.url });
  receiver.answer(() => undefined);
  await setFollow(sandbox, "li", true);
  await receiver.next();

  await sandbox.platform.stop();

  await assert.rejects(() => sandbox.ask("/"));
});

test("while an account has no settings nothing is pushed, and a reset removes them", async (t) => {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  const { control } = sandbox.platform;
  const settings = { ...SETTINGS, url: receiver.url };
  await control.changePush(APPID, settings);

  await control.removePush(APPID);
  await setFollow(sandbox, "li", true);
  await control.changePush(APPID, settings);
  await setFollow(sandbox, "li", false);
  const first = await receiver.next();
  await control.reset();

  assert.match(first.body, /<Event><!\[CDATA\[unsubscribe\]\]><\/Event>/);
  await assert.rejects(() => control.findPush(APPID), { code: "not_found" });
});

test("the settings travel as JSON in snake_case", async (t) => {
  const { ask, askJson } = await openSandbox(t);
  const { url } = await openReceiver(t);
  const path = `/control/v1/accounts/${APPID}/push`;

  const put = await ask(path, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url, token: PUSH_TOKEN, encoding_aes_key: PUSH_KEY, mode: "safe" }),
  });
  const removed = await ask(path, { method: "DELETE" });

  assert.equal(put.status, 200);
  assert.deepEqual(JSON.parse(put.text), {
    appid: APPID,
    url,
    token: PUSH_TOKEN,
    encoding_aes_key: PUSH_KEY,
    mode: "safe",
    format: "xml",
    has_extension_events: false,
  });
  assert.equal(removed.status, 204);
  assert.equal(((await askJson(path)) as { code: string }).code, "not_found");
});

function isSigned({ query }: Received): boolean {
  const [timestamp, nonce] = [String(query.get("timestamp")), String(query.get("nonce"))];
  return signPush(PUSH_TOKEN, timestamp, nonce) === query.get("signature");
}

function withoutAddressee(body: string): Record<string, unknown> {
  const {
    ToUserName: addressee,
    Encrypt: _,
    ...members
  } = JSON.parse(body) as Record<string, unknown>;
  assert.match(String(addressee), /^gh_[0-9a-f]{12}$/);
  return members;
}

async function setFollow({ ask }: Sandbox, person: string, follows: boolean): Promise<void> {
  const answer = await ask(`/phone/${person}/follows`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `appid=${APPID}&follows=${follows}`,
  });
  assert.equal(answer.status, 303);
}

async function findOpenid({ platform }: Sandbox, person: string): Promise<string> {
  const known = (await platform.control.listPeople()).find(({ id }) => id === person);
  return String(known?.openids[APPID]);
}

async function listPushes({ platform }: Sandbox): Promise<readonly JournalEntry[]> {
  return (await platform.control.listJournal()).filter(({ kind }) => kind === "push");
}

function untilPushes(sandbox: Sandbox, count: number): Promise<readonly JournalEntry[]> {
  return until(sandbox.world, async () => {
    const entries = await listPushes(sandbox);
    return entries.length >= count ? entries : undefined;
  });
}

function encryptReply(encodingAesKey: string): string {
  const encrypted = encryptPush("<xml></xml>", Buffer.alloc(16), { encodingAesKey, appid: APPID });
  const signature = signPush(PUSH_TOKEN, "1767225600", "5", encrypted);
  return `<xml>
    <Encrypt><![CDATA[${encrypted}]]></Encrypt>
    <MsgSignature>${signature}</MsgSignature>
    <TimeStamp>1767225600</TimeStamp>
    <Nonce><![CDATA[5]]></Nonce>
  </xml>`;
}
