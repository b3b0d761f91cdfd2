import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { DEMO_ACCOUNT, type Platform } from "@yici/platform";
import { SEND_PATH, STABLE_TOKEN_PATH, TOKEN_PATH } from "@yici/protocol";
import { OfficialAccount, type OfficialAccountConfig } from "node-easywechat";
import { must } from "../flow/must.ts";
import { confirmScene } from "./confirm-scene.ts";
import { startDemo } from "./start-demo.ts";

/**
 * node-easywechat 3.6.2 as npm has it, told nothing but another base address. Since its third major version it has no call
 * of its own for this message: its users post to the documented path with its client, which brings the token.
 */

interface Reply {
  readonly errcode: number;
  readonly errmsg: string;
}

/** As EasyWeChat's own callers write it: the scene a number, what is not used an empty text. */
const BODY = {
  template_id: DEMO_ACCOUNT.templateId,
  url: "",
  miniprogram: "",
  scene: 1000,
  title: "订阅通知",
  data: { content: { value: "您好!\n第二行", color: "#FF0000" } },
};

for (const isStable of [false, true]) {
  const name = isStable ? "stable access token" : "access token";

  test(`node-easywechat gets its ${name} and keeps it, asking the platform once`, async (t) => {
    const platform = await startDemo(t);
    const app = createApp(t, platform, { use_stable_access_token: isStable });

    const first = await app.getAccessToken().getToken();
    const second = await app.getAccessToken().getToken();

    assert.notEqual(first, "");
    assert.equal(second, first);
    assert.deepEqual(await listCalls(platform), [[isStable ? STABLE_TOKEN_PATH : TOKEN_PATH, 0]]);
  });

  test(`a message that node-easywechat sends with its ${name} is on the phone, and a second one is refused with 43101`, async (t) => {
    const platform = await startDemo(t);
    const touser = await confirmScene(platform, "li", 1000);
    const client = createApp(t, platform, { use_stable_access_token: isStable }).getClient();

    const first = await client.postJson(SEND_PATH, { ...BODY, touser });
    const second = await client.postJson(SEND_PATH, { ...BODY, touser });

    assert.deepEqual(readReply(first), { errcode: 0, errmsg: "ok" });
    const { errcode, errmsg } = readReply(second);
    assert.equal(errcode, 43101);
    assert.match(errmsg, /^user refuse to accept the msg rid: /);
    const [message, ...others] = await platform.control.listInbox({ person: "li", waitMs: 10_000 });
    assert.deepEqual(others, []);
    assert.equal(message?.title, "订阅通知");
    assert.equal(message.content, "您好!\n第二行");
    assert.equal(message.color, "#FF0000");
    assert.equal(message.jump, undefined);
    assert.equal(message.placement, "service_notification");
  });
}

test("a refusal comes to node-easywechat the way the real platform sends it: HTTP 200 and its own header", async (t) => {
  const platform = await startDemo(t);
  const touser = await openidOf(platform, "zhang");
  const client = createApp(t, platform).getClient();

  const refused = await client.postJson(SEND_PATH, { ...BODY, touser });

  assert.equal(readReply(refused).errcode, 43101);
  assert.equal(refused.getStatusCode(), 200);
  assert.equal(refused.getHeader("content-type"), "application/json; encoding=utf-8");
});

test("node-easywechat's jump to a mini-program arrives as one, and wins over the url", async (t) => {
  const platform = await startDemo(t);
  const touser = await confirmScene(platform, "zhang", 7);
  const client = createApp(t, platform).getClient();
  const miniprogram = { appid: "wx0123456789abcdef", pagepath: "index?foo=bar" };

  const sent = await client.postJson(SEND_PATH, {
    ...BODY,
    touser,
    scene: "7",
    url: "https://example.com/",
    miniprogram,
  });

  assert.deepEqual(readReply(sent), { errcode: 0, errmsg: "ok" });
  const [message] = await platform.control.listInbox({ person: "zhang", waitMs: 10_000 });
  assert.deepEqual(message?.jump, { kind: "miniprogram", ...miniprogram });
  assert.equal(message.placement, "chat");
});

test("data as an empty list, as EasyWeChat sends it when it was given none, is a message without text", async (t) => {
  const platform = await startDemo(t);
  const touser = await confirmScene(platform, "zhang", 1000);
  const client = createApp(t, platform).getClient();

  const sent = await client.post(SEND_PATH, {
    data: JSON.stringify({ ...BODY, touser, data: [] }),
  });

  assert.deepEqual(readReply(sent), { errcode: 0, errmsg: "ok" });
  const [message] = await platform.control.listInbox({ person: "zhang", waitMs: 10_000 });
  assert.equal(message?.content, undefined);
});

test("a wrong secret reaches node-easywechat as the error that it knows", async (t) => {
  const platform = await startDemo(t);
  const app = createApp(t, platform, { secret: "0".repeat(32) });

  await assert.rejects(
    app.getAccessToken().getToken(),
    /Failed to get access_token: \{"errcode":40(001|125),"errmsg":"[^"]+rid: /,
  );
});

test("a token that was revoked is refused, and the next one that node-easywechat gets sends", async (t) => {
  const platform = await startDemo(t);
  const touser = await confirmScene(platform, "zhang", 1000);
  const app = createApp(t, platform, { use_stable_access_token: true });
  await app.getAccessToken().getToken();
  await platform.control.revokeTokens(DEMO_ACCOUNT.appid);

  const refused = await app.getClient().postJson(SEND_PATH, { ...BODY, touser });
  const withEmptyCache = createApp(t, platform, { use_stable_access_token: true }).getClient();
  const sent = await withEmptyCache.postJson(SEND_PATH, { ...BODY, touser });

  assert.equal(readReply(refused).errcode, 40001);
  assert.deepEqual(readReply(sent), { errcode: 0, errmsg: "ok" });
});

function createApp(
  t: TestContext,
  { url }: Platform,
  config: OfficialAccountConfig = {},
): OfficialAccount {
  const path = mkdtempSync(join(tmpdir(), "yici-interop-"));
  t.after(() => rmSync(path, { recursive: true }));
  return new OfficialAccount({
    app_id: DEMO_ACCOUNT.appid,
    secret: DEMO_ACCOUNT.secret,
    http: { baseURL: `${url}/`, proxy: false },
    file_cache: { path, dirMode: 0o700, fileMode: 0o600, ext: ".cache" },
    ...config,
  });
}

async function openidOf(platform: Platform, person: string): Promise<string> {
  const people = await platform.control.listPeople();
  return must(people.find(({ id }) => id === person)?.openids[DEMO_ACCOUNT.appid]);
}

/** The reply as node-easywechat has read it. */
function readReply(reply: { toObject(): unknown }): Reply {
  return reply.toObject() as Reply;
}

/** The calls that the platform has answered: which one, and with what. */
async function listCalls(
  platform: Platform,
): Promise<readonly (readonly [string, number | undefined])[]> {
  const entries = await platform.control.listJournal();
  return entries.map(({ endpoint, errcode }) => [endpoint, errcode]);
}
