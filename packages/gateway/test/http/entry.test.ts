import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseAuthorizeLink } from "@yici/protocol";
import { DEMO_APPID, DEMO_TEMPLATE, openGatewayScene, readLocation } from "./gateway-scene.ts";
import type { GatewayScene } from "./gateway-scene.ts";

const WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 MicroMessenger/8.0.50";
const REAL_APPID = "wx00000000000000aa";

/** An account at WeChat itself, with one link; answers the link's public address. */
async function addRealLink(scene: GatewayScene): Promise<string> {
  await scene.api("POST", "/v1/accounts", {
    body: { appid: REAL_APPID, name: "真实公众号", template_id: DEMO_TEMPLATE },
  });
  const { json } = await scene.api<{ readonly entry_url: string }>(
    "POST",
    `/v1/accounts/${REAL_APPID}/links`,
    { body: { scene: 7, title: "<订单> & 发货" } },
  );
  return json.entry_url;
}

test("a sandbox link sends any browser to the confirm page with everything the document asks for", async () => {
  await using scene = await openGatewayScene();

  const reply = await scene.visit(scene.demo.entryUrl);

  const location = readLocation(reply);
  const link = parseAuthorizeLink(location);
  assert.equal(reply.status, 302);
  assert.equal(new URL(location).origin, "https://confirm.test");
  assert.equal(link.action, "get_confirm");
  assert.equal(link.appid, DEMO_APPID);
  assert.equal(link.scene, "1000");
  assert.equal(link.templateId, DEMO_TEMPLATE);
  assert.match(link.redirectUrl ?? "", /^http:\/\/127\.0\.0\.1:\d+\/callback\/[a-z0-9]{4}$/);
  assert.match(link.reserved ?? "", /^[a-zA-Z0-9]{1,128}$/);
  assert.equal(link.hasWechatRedirect, true);
  assert.equal(reply.headers["cache-control"], "no-store");
});

test("inside WeChat a real account's link leads to WeChat's own confirm page", async () => {
  await using scene = await openGatewayScene();
  const entryUrl = await addRealLink(scene);

  const reply = await scene.visit(entryUrl, { headers: { "user-agent": WECHAT } });

  assert.equal(reply.status, 302);
  assert.equal(new URL(readLocation(reply)).origin, "https://mp.weixin.qq.com");
});

test("outside WeChat a real account's link shows a QR code of itself and asks for nothing", async () => {
  await using scene = await openGatewayScene();
  const entryUrl = await addRealLink(scene);

  const reply = await scene.visit(entryUrl, { headers: { "user-agent": "Mozilla/5.0 Firefox" } });

  assert.equal(reply.status, 200);
  assert.match(reply.text, /请在微信中打开/);
  assert.match(reply.text, /<svg class="qr"[^>]*>\s*<path/);
  assert.ok(reply.text.includes(entryUrl));
  assert.equal(reply.headers["set-cookie"], undefined);
});

test("what operators call their links and accounts is escaped", async () => {
  await using scene = await openGatewayScene();
  const entryUrl = await addRealLink(scene);

  const reply = await scene.visit(entryUrl);

  assert.ok(reply.text.includes("&lt;订单&gt; &amp; 发货"));
  assert.ok(!reply.text.includes("<订单>"));
});

describe("the browser's cookie", () => {
  test("is set once and reused", async () => {
    await using scene = await openGatewayScene();
    const first = await scene.visit(scene.demo.entryUrl);
    const cookie = String(first.headers["set-cookie"]).split(";")[0] ?? "";

    const second = await scene.visit(scene.demo.entryUrl, {
      headers: { cookie: `other=1; ${cookie}` },
    });

    assert.match(cookie, /^yici_b=[0-9A-Za-z]{32}$/);
    assert.equal(second.headers["set-cookie"], undefined);
  });

  test("cannot be read by scripts and comes along when WeChat sends the browser back", async () => {
    await using scene = await openGatewayScene();

    const reply = await scene.visit(scene.demo.entryUrl);

    assert.match(
      String(reply.headers["set-cookie"]),
      /; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    );
  });

  test("of another make is replaced", async () => {
    await using scene = await openGatewayScene();

    const reply = await scene.visit(scene.demo.entryUrl, { headers: { cookie: "yici_b=short" } });

    assert.match(String(reply.headers["set-cookie"]), /^yici_b=[0-9A-Za-z]{32};/);
  });
});

test("every visit is an asking of its own", async () => {
  await using scene = await openGatewayScene();
  const first = await scene.enter();

  const second = await scene.enter({ headers: { cookie: first.cookie } });

  assert.notEqual(second.reserved, first.reserved);
});

describe("programs that look at a link before a person does are asked for nothing", () => {
  const LOOKS = [
    { name: "a HEAD request", status: 200, visit: { method: "HEAD" } },
    {
      name: "a chat program that prepares a preview",
      status: 200,
      visit: { headers: { "user-agent": "TelegramBot (like TwitterBot)" } },
    },
    {
      name: "a browser that fetches ahead, which must ask again",
      status: 503,
      visit: { headers: { purpose: "prefetch" } },
    },
  ] as const;

  for (const { name, status, visit } of LOOKS) {
    test(name, async () => {
      await using scene = await openGatewayScene();

      const reply = await scene.visit(scene.demo.entryUrl, visit);

      assert.equal(reply.status, status);
      assert.equal(reply.headers["location"], undefined);
      assert.equal(reply.headers["set-cookie"], undefined);
    });
  }
});

test("a preview shows what the link is about", async () => {
  await using scene = await openGatewayScene();

  const reply = await scene.visit(scene.demo.entryUrl, {
    headers: { "user-agent": "WhatsApp/2.24" },
  });

  assert.match(reply.text, /<meta property="og:description" content="到货提醒"/);
});

test("a link that nobody made is a page that says so, and quotes nothing of the address", async () => {
  await using scene = await openGatewayScene();

  const reply = await scene.visit(`${scene.gateway.publicUrl}/l/zzzz0000000000?openid=oCanary`);

  assert.equal(reply.status, 404);
  assert.match(reply.text, /没有这个页面/);
  assert.doesNotMatch(reply.text, /oCanary|zzzz/);
});

test("whatever else is asked of the public side is a page too, and quotes nothing of the address", async () => {
  await using scene = await openGatewayScene();
  const { publicUrl } = scene.gateway;

  const unknown = await scene.visit(`${publicUrl}/v1/accounts?canary=1`);
  const posted = await scene.visit(scene.demo.entryUrl, { method: "POST" });

  assert.deepEqual([unknown.status, posted.status], [404, 404]);
  assert.doesNotMatch(unknown.text, /canary/);
});
