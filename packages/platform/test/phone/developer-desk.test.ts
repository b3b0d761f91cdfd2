import assert from "node:assert/strict";
import { test } from "node:test";
import { RADIO, SHOP } from "./memory-phone-source.ts";
import { startPhone } from "./start-phone.ts";

test("beside the phone stands the journal: each call, its answer, and for a refusal the reason in words", async () => {
  const { app, source } = startPhone();
  source.record({ endpoint: "/cgi-bin/token", method: "GET", scene: undefined });
  source.record({
    errcode: 43101,
    errmsg: "user refuse to accept the msg",
    why: { zh: "从未确认过。", en: "Never confirmed <b>." },
  });

  const { body } = await app.inject("/phone/zhang");

  const [, refused = "", done = ""] = body.split('data-testid="journal-entry"');
  assert.match(refused, /data-entry="2" data-errcode="43101"/);
  assert.match(refused, /user refuse to accept the msg[\s\S]*scene 1000/);
  assert.match(refused, /从未确认过。[\s\S]*Never confirmed &lt;b&gt;\./);
  assert.match(done, /data-errcode="0"[\s\S]*01-01 12:00:00[\s\S]*GET[\s\S]*\/cgi-bin\/token/);
  assert.doesNotMatch(done, /journal-why/);
});

test("a fault stands with the call that it struck, which may have no answer", async () => {
  const { app, source } = startPhone();
  source.record({ errcode: undefined, errmsg: undefined, fault: "reset, not processed" });

  const { body } = await app.inject("/phone/li");

  assert.match(body, /data-entry="1" data-errcode=""[\s\S]*—[\s\S]*reset, not processed/);
});

test("a desk on which nothing was called yet says so", async () => {
  const { app } = startPhone();

  const { body } = await app.inject("/phone/li");

  assert.match(body, /data-testid="journal"[^>]*>\s*<li[^>]*>\s*还没有调用/);
});

test("beside the phone stand the person's openid and open grants", async () => {
  const { app } = startPhone();

  const zhangs = await app.inject("/phone/zhang/me");
  const lis = await app.inject("/phone/li/me");

  assert.match(zhangs.body, /data-testid="grants"[\s\S]*o_zhang[\s\S]*scene 0<[\s\S]*scene 1000</);
  assert.match(lis.body, /data-testid="grants"[\s\S]*o_li[\s\S]*没有授权/);
});

test("beside the phone stands an authorize link of each account, to be changed and opened; an app has none", async () => {
  const { app } = startPhone();

  const { body } = await app.inject("/phone/li");

  const sample = new RegExp(
    `action="/phone/li/open"[\\s\\S]*data-appid="${SHOP.appid}"[^>]*>https://mp.weixin.qq.com/mp/subscribemsg\\?action=get_confirm&amp;appid=${SHOP.appid}&`,
  );
  assert.match(body, sample);
  assert.ok(!body.includes(`desk-link-${RADIO.appid}`));
});
