import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { isRid, parseReply, SEND_PATH, STABLE_TOKEN_PATH } from "@yici/protocol";
import {
  type Answer,
  APPID,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  readToken,
  type Sandbox,
  send,
  tokenPath,
} from "./sandbox.ts";

const RID_PATH = "/cgi-bin/openapi/rid/get";
const DAY_MS = 86_400_000;

function look({ post }: Sandbox, token: string, rid: unknown): Promise<Answer> {
  return post(`${RID_PATH}?access_token=${token}`, { rid });
}

async function lookUp(sandbox: Sandbox, token: string, rid: unknown): Promise<unknown> {
  return JSON.parse((await look(sandbox, token, rid)).text) as unknown;
}

function readRid({ text }: Answer): string {
  const reply = parseReply(text);
  assert.ok(reply.kind === "answered" && reply.rid !== undefined, text);
  return reply.rid;
}

test("the rid of a refusal brings back the call as it came and as it was answered", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  const refused = await send(sandbox, token, body);

  const reply = await lookUp(sandbox, token, readRid(refused));

  assert.deepEqual(reply, {
    errcode: 0,
    errmsg: "ok",
    request: {
      invoke_time: Math.floor(sandbox.world.now() / 1_000),
      cost_in_ms: 0,
      request_url: "access_token=xxxx",
      request_body: JSON.stringify(body),
      response_body: refused.text,
      client_ip: "127.0.0.1",
    },
  });
});

test("what a call cost includes the time that a fault made it wait", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const { control } = sandbox.platform;
  await control.addFault({ kind: "latency", latencyMs: 250, count: 1 });
  const sending = send(sandbox, token, await makeBody(sandbox));
  // The call has arrived once its fault is used up.
  while ((await control.listFaults()).length > 0) await sandbox.ask("/");
  await sandbox.world.advance(250);

  const reply = await lookUp(sandbox, token, readRid(await sending));

  assert.match(JSON.stringify(reply), /"cost_in_ms":250,/);
});

test("a fault's errcode can be looked up as it was answered, although the message was delivered", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox);
  await sandbox.platform.fault({ kind: "errcode", errcode: -1, when: "after", count: 1 });
  const answer = await send(sandbox, token, await makeBody(sandbox));

  const reply = await lookUp(sandbox, token, readRid(answer));

  assert.ok(JSON.stringify(reply).includes(JSON.stringify(answer.text)));
});

test("no secret of a call is told or kept: its token, its secret, its code", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const secret = "f".repeat(32);
  const calls = [
    await sandbox.ask(
      `/cgi-bin/token?grant_type=client_credential&appid=${APPID}&secret=${secret}`,
    ),
    await sandbox.post(STABLE_TOKEN_PATH, {
      grant_type: "client_credential",
      appid: APPID,
      secret,
    }),
    await sandbox.ask(
      `/sns/oauth2/access_token?appid=${APPID}&secret=${DEMO_ACCOUNT.secret}&code=canary&grant_type=authorization_code`,
    ),
  ];

  const replies = await Promise.all(
    calls.slice(0, 2).map((answer) => lookUp(sandbox, token, readRid(answer))),
  );

  const journal = await sandbox.platform.control.listJournal();
  const told = JSON.stringify([replies, journal]);
  for (const canary of [secret, DEMO_ACCOUNT.secret, token, "canary"]) {
    assert.equal(told.includes(canary), false, canary);
  }
  assert.match(told, /secret=xxxx/);
  assert.match(told, /\\"secret\\":\\"xxxx\\"/);
  assert.match(told, /code=xxxx/);
});

for (const { what, rid } of [
  { what: "no rid", rid: undefined },
  { what: "an empty rid", rid: "" },
  { what: "a number for a rid", rid: 12_345_678 },
  { what: "a rid in capitals", rid: "68C8D463-2E71771D-3C705BC4" },
  { what: "a rid and something behind it", rid: "68c8d463-2e71771d-3c705bc4 " },
]) {
  test(`${what} is not formed like one: 76002`, async (t) => {
    const sandbox = await openSandbox(t);
    const token = await getToken(sandbox);

    const answer = await look(sandbox, token, rid);

    assert.equal(readErrcode(answer), 76002);
  });
}

test("a rid that no refusal had is not found: 76001", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox);
  await send(sandbox, token, await makeBody(sandbox));
  const [delivered] = (await sandbox.platform.control.listJournal()).slice(-1);

  const answers = [
    await look(sandbox, token, "68c8d463-2e71771d-3c705bc4"),
    await look(sandbox, token, delivered?.rid),
  ];

  assert.equal(delivered?.errcode, 0);
  assert.deepEqual(answers.map(readErrcode), [76001, 76001]);
});

test("a rid is told to its own account alone, and to nobody when nobody made the call: 76003", async (t) => {
  const sandbox = await openSandbox(t);
  const { appid, secret } = await sandbox.platform.control.addAccount({ name: "另一个号" });
  const other = readToken(
    await sandbox.askJson(
      `/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`,
    ),
  );
  const token = await getToken(sandbox);
  const [foreign, nobodys] = [
    readRid(await send(sandbox, token, await makeBody(sandbox))),
    readRid(await send(sandbox, `90_${"a".repeat(136)}`, await makeBody(sandbox))),
  ];

  const answers = [await look(sandbox, other, foreign), await look(sandbox, token, nobodys)];

  assert.deepEqual(answers.map(readErrcode), [76003, 76003]);
});

test("a rid can be looked up for seven days and no longer: 76004", async (t) => {
  const sandbox = await openSandbox(t);
  const rid = readRid(await send(sandbox, await getToken(sandbox), await makeBody(sandbox)));
  await sandbox.platform.control.advanceClock({ advanceMs: 7 * DAY_MS });
  const onTheSeventh = await look(sandbox, await getToken(sandbox), rid);
  await sandbox.platform.control.advanceClock({ advanceMs: 1_000 });

  const later = await look(sandbox, await getToken(sandbox), rid);

  assert.deepEqual([onTheSeventh, later].map(readErrcode), [0, 76004]);
});

test("the rid of an exchange of OAuth is not for this call: 76022", async (t) => {
  const sandbox = await openSandbox(t);
  const refused = await sandbox.ask(
    `/sns/oauth2/access_token?appid=${APPID}&secret=${DEMO_ACCOUNT.secret}&code=none&grant_type=authorization_code`,
  );

  const answer = await look(sandbox, await getToken(sandbox), readRid(refused));

  assert.equal(readErrcode(answer), 76022);
});

test("a call's body is kept up to a length", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  const refused = await send(sandbox, token, { ...body, title: "长".repeat(10_000) });

  const reply = JSON.stringify(await lookUp(sandbox, token, readRid(refused)));

  assert.ok(reply.length > 2_048 && reply.length < 3_000, `${reply.length} characters`);
});

test("the journal shows a refusal word for word, and a delivery in short", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  const refused = await send(sandbox, token, body);
  await confirm(sandbox);
  await send(sandbox, token, body);

  const [first, second] = (await sandbox.platform.control.listJournal({ appid: APPID })).filter(
    ({ endpoint }) => endpoint === SEND_PATH,
  );

  assert.deepEqual(first?.transcript, {
    clientIp: "127.0.0.1",
    tookMs: 0,
    query: "access_token=xxxx",
    body: JSON.stringify(body),
    reply: refused.text,
  });
  assert.equal(second?.transcript, undefined);
});

test("each delivery stands in the journal with a rid of its own, of the second of its call", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  for (let count = 0; count < 2; count += 1) {
    await confirm(sandbox);
    await send(sandbox, token, body);
  }

  const delivered = (await sandbox.platform.control.listJournal()).filter(
    ({ endpoint, errcode }) => endpoint === SEND_PATH && errcode === 0,
  );

  const [first, second] = delivered.map(({ rid }) => rid);
  assert.notEqual(first, second);
  for (const { at, rid } of delivered) {
    assert.ok(isRid(rid), rid);
    assert.equal(Number.parseInt(rid.slice(0, 8), 16), Math.floor(at / 1_000));
  }
});

test("a call that there is not can be looked up by the account of its token", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const refused = await sandbox.post(`/cgi-bin/message/nothing?access_token=${token}`, {});

  const answer = await look(sandbox, token, readRid(refused));

  assert.equal(readErrcode(answer), 0);
});

test("a token call that is refused can be looked up by the account it named", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const refused = await sandbox.ask(tokenPath().replace(DEMO_ACCOUNT.secret, "wrong"));

  const reply = await lookUp(sandbox, token, readRid(refused));

  const query = `grant_type=client_credential&appid=${APPID}&secret=xxxx`;
  assert.ok(JSON.stringify(reply).includes(`"request_url":"${query}"`));
});
