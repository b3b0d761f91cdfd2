import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DEMO_ACCOUNT, startPlatform } from "@yici/platform";
import { Shop } from "../shop/shop.mjs";

/** @type {import("@yici/platform").Platform} */
let platform;
/** @type {Shop} */
let shop;

before(async () => {
  platform = await startPlatform({ demo: true });
  shop = new Shop({ ...DEMO_ACCOUNT, pageUrl: platform.url, apiUrl: platform.url });
});
after(() => platform.stop());

test("a customer who agreed is told once", async () => {
  const authorizeLink = shop.askLink("http://localhost/back", "order7");
  const decision = await platform.decide({ authorizeLink, person: "li" });
  assert.equal(decision.kind, "redirected");
  const back = new URL(decision.location);

  const errcodes = [
    await shop.tell(String(back.searchParams.get("openid")), "已发货"),
    await shop.tell(String(back.searchParams.get("openid")), "又发货"),
  ];

  assert.equal(back.searchParams.get("reserved"), "order7");
  assert.deepEqual(errcodes, [0, 43101]);
  const message = await platform.waitForMessage({ person: "li" });
  assert.equal(message.content, "已发货");
});

test("when WeChat's answer is lost the customer was told all the same", async () => {
  const authorizeLink = shop.askLink("http://localhost/back", "order8");
  const decision = await platform.decide({ authorizeLink, person: "wang" });
  assert.equal(decision.kind, "redirected");
  const openid = String(new URL(decision.location).searchParams.get("openid"));
  const endpoint = "/cgi-bin/message/template/subscribe";
  await platform.fault({ kind: "reset", when: "after", endpoint, count: 1 });

  await assert.rejects(shop.tell(openid, "已发货"));

  const message = await platform.waitForMessage({ person: "wang" });
  assert.equal(message.content, "已发货");
});
