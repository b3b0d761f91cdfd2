import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { DEMO_ACCOUNT, startPlatform } from "@yici/platform";
import { chromium } from "playwright-core";
import { Shop } from "../shop/shop.mjs";

/** @type {import("@yici/platform").Platform} */
let platform;
/** @type {import("playwright-core").Browser} */
let browser;
/** The shop's own page, to which people come back. */
const site = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? "", "http://localhost");
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(searchParams.get("action") === "confirm" ? "<h1>谢谢</h1>" : "<h1>下次吧</h1>");
});

before(async () => {
  platform = await startPlatform({ demo: true });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", () => resolve(undefined)));
});
after(async () => {
  await browser.close();
  await platform.stop();
  site.close();
});

test("a customer agrees on WeChat's page, comes back, and finds the message on the phone", async () => {
  const shop = new Shop({ ...DEMO_ACCOUNT, pageUrl: platform.url, apiUrl: platform.url });
  const address = site.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });

  // Opening a person's phone makes the browser theirs.
  await page.goto(`${platform.url}/phone/li`);
  await page.goto(shop.askLink(`http://127.0.0.1:${port}/back`, "order7"));
  await page.getByTestId("confirm-button").click();
  await page.getByRole("heading", { name: "谢谢" }).waitFor();
  const errcode = await shop.tell(String(new URL(page.url()).searchParams.get("openid")), "已发货");
  await page.goto(`${platform.url}/phone/li/service-notifications`);

  assert.equal(errcode, 0);
  await page.getByText("已发货").first().waitFor();
});
