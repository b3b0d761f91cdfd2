import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_ACCOUNT, type Platform } from "@yici/platform";
import { SEND_PATH, TOKEN_PATH } from "@yici/protocol";
import CoWechatApi from "co-wechat-api";
import { confirmScene } from "./confirm-scene.ts";
import { startDemo } from "./start-demo.ts";

/** co-wechat-api 3.11.0 as npm has it, told nothing but another prefix. It has a call of its own for this message. */

const { appid, secret, templateId } = DEMO_ACCOUNT;
const CONTENT = { content: { value: "您好!\n第二行", color: "#FF0000" } };

test("a message that co-wechat-api sends is on the phone, and a second one is refused with 43101", async (t) => {
  const platform = await startDemo(t);
  const openid = await confirmScene(platform, "li", 1000);
  const api = createApi(platform);
  const send = () =>
    api.sendSubscribe(openid, templateId, undefined, undefined, "1000", "订阅通知", CONTENT);

  const sent = await send();

  assert.deepEqual(sent, { errcode: 0, errmsg: "ok" });
  await assert.rejects(send(), {
    name: "WeChatAPIError",
    code: 43101,
    message: /^user refuse to accept the msg rid: /,
  });
  const [message, ...others] = await platform.control.listInbox({ person: "li" });
  assert.deepEqual(others, []);
  assert.equal(message?.title, "订阅通知");
  assert.equal(message.content, "您好!\n第二行");
  assert.equal(message.color, "#FF0000");
  assert.equal(message.jump, undefined);
  assert.equal(message.placement, "service_notification");
});

test("co-wechat-api's jump to a mini-program arrives as one, and its scene may be a number", async (t) => {
  const platform = await startDemo(t);
  const openid = await confirmScene(platform, "zhang", 7);
  const miniprogram = { appid: "wx0123456789abcdef", pagepath: "index?foo=bar" };

  await createApi(platform).sendSubscribe(
    openid,
    templateId,
    "https://example.com/",
    miniprogram,
    7,
    "订阅通知",
    CONTENT,
  );

  const [message] = await platform.control.listInbox({ person: "zhang" });
  assert.deepEqual(message?.jump, { kind: "miniprogram", ...miniprogram });
  assert.equal(message.placement, "chat");
});

test("the example in co-wechat-api's own documentation, whose data has no content, is a message without text", async (t) => {
  const platform = await startDemo(t);
  const openid = await confirmScene(platform, "zhang", 1000);

  await createApi(platform).sendSubscribe(openid, templateId, "", undefined, 1000, "订阅通知", {
    keyword1: { value: "黄先生", color: "#173177" },
  });

  const [message] = await platform.control.listInbox({ person: "zhang" });
  assert.equal(message?.title, "订阅通知");
  assert.equal(message.content, undefined);
});

test("co-wechat-api keeps its token, and when that is revoked gets another and sends after all", async (t) => {
  const platform = await startDemo(t);
  const openid = await confirmScene(platform, "zhang", 1000);
  const api = createApi(platform);
  const first = await api.ensureAccessToken();
  const kept = await api.ensureAccessToken();
  await platform.control.revokeTokens(appid);

  const sent = await api.sendSubscribe(
    openid,
    templateId,
    "",
    undefined,
    "1000",
    "订阅通知",
    CONTENT,
  );

  assert.equal(kept.accessToken, first.accessToken);
  assert.equal(sent.errcode, 0);
  const calls = await platform.control.listJournal();
  assert.deepEqual(
    calls.map(({ endpoint, errcode }) => [endpoint, errcode]),
    [
      [TOKEN_PATH, 0],
      [SEND_PATH, 40001],
      [TOKEN_PATH, 0],
      [SEND_PATH, 0],
    ],
  );
});

test("a wrong secret reaches co-wechat-api as the error that it knows", async (t) => {
  const platform = await startDemo(t);
  const api = createApi(platform, "0".repeat(32));

  await assert.rejects(api.ensureAccessToken(), { name: "WeChatAPIError", code: 40125 });
});

function createApi({ url }: Platform, withSecret: string = secret): CoWechatApi {
  const api = new CoWechatApi(appid, withSecret);
  api.prefix = `${url}/cgi-bin/`;
  return api;
}
