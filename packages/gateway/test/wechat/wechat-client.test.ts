import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseAccessToken,
  parseAppId,
  parseOpenId,
  parseScene,
  parseTemplateId,
} from "@yici/protocol";
import { createDispatcher, createManualWorld } from "@yici/runtime";
import type { ManualWorld } from "@yici/runtime";
import type { AttemptOutcome } from "../../src/deliveries/delivery.ts";
import { findApiOrigin } from "../../src/wechat/api-origin.ts";
import { createWechatClient } from "../../src/wechat/wechat-client.ts";
import type { CalledAccount, TokenReply } from "../../src/wechat/wechat-client.ts";
import { buildHttpReply, startTcpServer } from "./tcp-server.ts";

function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

function openWorld(): ManualWorld & AsyncDisposable {
  const dispatcher = createDispatcher();
  const world = createManualWorld({ dispatcher });
  return { ...world, [Symbol.asyncDispose]: () => dispatcher.destroy() };
}

function buildAccount(
  origin: string,
  kind: CalledAccount["kind"] = "official_account",
): CalledAccount {
  return {
    appid: known(parseAppId("wxaba38c7f163da69b")),
    kind,
    templateId: known(parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc")),
    platform: { kind: "sandbox", apiUrl: origin, pageUrl: origin },
    isDemo: false,
  };
}

function send(world: ManualWorld, account: CalledAccount): Promise<AttemptOutcome> {
  return createWechatClient(world).send({
    account,
    message: {
      openid: known(parseOpenId("OPENID")),
      scene: known(parseScene(7)),
      content: { title: "订阅通知", content: "您好!", color: "#FF0000" },
    },
    token: { value: known(parseAccessToken("30_a+b/c=")) },
    limits: { deadlineAt: world.monotonic() + 10_000 },
  });
}

function ask(world: ManualWorld, account: CalledAccount): Promise<TokenReply> {
  const limits = { deadlineAt: world.monotonic() + 10_000 };
  return createWechatClient(world).askToken({ account, secret: "s3cret", isForced: false, limits });
}

test("a send posts the document's body to the document's path, the token escaped", async () => {
  await using server = await startTcpServer((socket) =>
    socket.end(buildHttpReply('{"errcode":0}')),
  );
  await using world = openWorld();

  const outcome = await send(world, buildAccount(server.origin));

  assert.deepEqual(outcome, { kind: "answered", errcode: 0, errmsg: "", rid: undefined });
  const request = Buffer.from(known(server.requests[0]), "latin1").toString("utf8");
  assert.match(
    request,
    /^POST \/cgi-bin\/message\/template\/subscribe\?access_token=30_a%2Bb%2Fc%3D HTTP/,
  );
  assert.deepEqual(JSON.parse(known(request.split("\r\n\r\n")[1])), {
    touser: "OPENID",
    template_id: "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
    scene: "7",
    title: "订阅通知",
    data: { content: { value: "您好!", color: "#FF0000" } },
  });
});

test("a refusal is answered with its errcode, its text and its rid", async () => {
  const errmsg = "user refuse to accept the msg rid: 605433ff-76bfc22c-2fb75ddf";
  const reply = buildHttpReply(JSON.stringify({ errcode: 43_101, errmsg }));
  await using server = await startTcpServer((socket) => socket.end(reply));
  await using world = openWorld();

  const outcome = await send(world, buildAccount(server.origin));

  const rid = "605433ff-76bfc22c-2fb75ddf";
  assert.deepEqual(outcome, { kind: "answered", errcode: 43_101, errmsg, rid });
});

test("a platform's endless text is kept in part", async () => {
  const reply = buildHttpReply(JSON.stringify({ errcode: 43_101, errmsg: "x".repeat(10_000) }));
  await using server = await startTcpServer((socket) => socket.end(reply));
  await using world = openWorld();

  const outcome = await send(world, buildAccount(server.origin));

  assert.ok(outcome.kind === "answered" && outcome.errmsg.length === 500);
});

for (const [name, body] of [
  ["HTML", "<!doctype html><title>Bad Gateway</title>"],
  ["JSON that breaks off", '{"errcode":0'],
  ["JSON without errcode", '{"status":"ok"}'],
  ["an errcode that is a text", '{"errcode":"0"}'],
  ["nothing", ""],
] as const) {
  test(`a reply with status 200 and ${name} leaves the send unanswered`, async () => {
    await using server = await startTcpServer((socket) => socket.end(buildHttpReply(body)));
    await using world = openWorld();

    const outcome = await send(world, buildAccount(server.origin));

    assert.deepEqual(outcome, { kind: "unanswered", reason: "reply_unreadable" });
  });
}

test("an Official Account's token is asked of stable_token in normal mode", async () => {
  const reply = buildHttpReply('{"access_token":"T1","expires_in":7200}');
  await using server = await startTcpServer((socket) => socket.end(reply));
  await using world = openWorld();

  const answer = await ask(world, buildAccount(server.origin));

  assert.deepEqual(answer, { kind: "token", accessToken: "T1", expiresInS: 7_200 });
  const request = known(server.requests[0]);
  assert.match(request, /^POST \/cgi-bin\/stable_token HTTP/);
  assert.deepEqual(JSON.parse(known(request.split("\r\n\r\n")[1])), {
    grant_type: "client_credential",
    appid: "wxaba38c7f163da69b",
    secret: "s3cret",
    force_refresh: false,
  });
});

test("a mobile app's token is asked of the plain token call", async () => {
  const reply = buildHttpReply('{"access_token":"T1","expires_in":7200}');
  await using server = await startTcpServer((socket) => socket.end(reply));
  await using world = openWorld();

  const answer = await ask(world, buildAccount(server.origin, "mobile_app"));

  assert.equal(answer.kind, "token");
  assert.match(
    known(server.requests[0]),
    /^GET \/cgi-bin\/token\?grant_type=client_credential&appid=wxaba38c7f163da69b&secret=s3cret HTTP/,
  );
});

test("a token call's refusal and its silence are told apart, and neither shows the secret", async () => {
  await using server = await startTcpServer((socket, number) =>
    number === 1
      ? socket.write(buildHttpReply('{"errcode":40125,"errmsg":"invalid appsecret"}'))
      : socket.resetAndDestroy(),
  );
  await using world = openWorld();
  const account = buildAccount(server.origin);

  const refused = await ask(world, account);
  const unanswered = await ask(world, account);

  assert.deepEqual(refused, { kind: "refused", errcode: 40_125, errmsg: "invalid appsecret" });
  assert.equal(unanswered.kind, "unanswered");
  assert.ok(!JSON.stringify([refused, unanswered]).includes("s3cret"));
});

test("a real account is called at WeChat's own host, a sandbox account at its own", () => {
  const real = findApiOrigin({ platform: { kind: "real" }, isDemo: false });
  const sandbox = findApiOrigin({
    platform: { kind: "sandbox", apiUrl: "http://127.0.0.1:8180/", pageUrl: "" },
    isDemo: true,
  });

  assert.equal(real, "https://api.weixin.qq.com");
  assert.equal(sandbox, "http://127.0.0.1:8180");
});

const REAL_APIS = [
  "https://api.weixin.qq.com",
  "https://sh.api.weixin.qq.com",
  "https://API.WEIXIN.QQ.COM.",
  "http://weixin.qq.com:80",
];

for (const apiUrl of REAL_APIS) {
  test(`a demo account is never sent to ${apiUrl}`, async () => {
    await using world = openWorld();
    const account = {
      ...buildAccount(apiUrl),
      isDemo: true,
    };

    assert.equal(findApiOrigin(account), undefined);
    assert.deepEqual(await send(world, account), { kind: "unsent", reason: "demo_account" });
  });
}

test("a demo account that says it is real is never sent to WeChat either", () => {
  assert.equal(findApiOrigin({ platform: { kind: "real" }, isDemo: true }), undefined);
});

test("a team's token service is asked with GET and a bearer; a refused token is named by its hash alone", async () => {
  await using server = await startTcpServer((socket) =>
    socket.end(buildHttpReply('{"access_token":"T1","expires_in":600}')),
  );
  await using world = openWorld();

  const reply = await createWechatClient(world).askTokenService({
    url: `${server.origin}/tokens/wx?team=1`,
    bearer: "team-key",
    refusedHash: "ab12",
    limits: { deadlineAt: world.monotonic() + 10_000 },
  });

  assert.deepEqual(reply, {
    kind: "token",
    accessToken: known(parseAccessToken("T1")),
    expiresInS: 600,
  });
  const request = known(server.requests[0]);
  assert.match(request, /^GET \/tokens\/wx\?team=1&refused_token_sha256=ab12 HTTP/);
  assert.match(request, /\r\nauthorization: Bearer team-key\r\n/);
});
