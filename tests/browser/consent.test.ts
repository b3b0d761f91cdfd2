import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { startStage } from "./start-stage.ts";
import { takePicture } from "./take-picture.ts";

test("somebody opens the demo link in a browser that is nobody, says who it is, confirms, and is told what that means", async () => {
  await using stage = await startStage();
  const { dev } = stage;
  const page = await stage.openPage();

  await page.goto(dev.link.entryUrl);
  await takePicture(page, "who-are-you");
  await page.locator('[data-testid=person-choice][data-person="li"]').click();
  await page.getByTestId("confirm-page").waitFor();
  await takePicture(page, "confirm");
  const asker = await page.getByTestId("account-name").textContent();
  const asked = await page.getByTestId("person-name").textContent();
  await page.getByTestId("confirm-button").click();

  await page.getByRole("heading", { name: "已确认接收" }).waitFor();
  await takePicture(page, "result-confirmed");
  assert.equal(asker, dev.account.name);
  assert.equal(asked, "李四");
  const [grant] = await dev.platform.control.listGrants();
  assert.equal(grant?.person, "li");
  assert.equal(new URL(page.url()).origin, dev.gateway.publicUrl);
  assert.doesNotMatch(page.url(), new RegExp(`openid|${grant.openid}`));
});

test("a browser that has said who it is is not asked again", async () => {
  await using stage = await startStage();
  const { dev } = stage;
  const page = await stage.openPage();
  await beAskedAs(page, dev.link.entryUrl, "wang");
  await page.getByTestId("confirm-button").click();
  await page.getByRole("heading", { name: "已确认接收" }).waitFor();

  await page.goto(dev.link.entryUrl);

  await page.getByTestId("confirm-page").waitFor();
  assert.equal(await page.getByTestId("person-name").textContent(), "王五");
});

test("somebody who cancels is told that nothing was granted, and the way back carries no openid", async () => {
  await using stage = await startStage();
  const { dev } = stage;
  const page = await stage.openPage();
  const callbacks: URL[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname.startsWith("/callback/") && url.search !== "") callbacks.push(url);
  });
  await beAskedAs(page, dev.link.entryUrl, "zhang");

  await page.getByTestId("cancel-button").click();

  await page.getByRole("heading", { name: "已取消" }).waitFor();
  await takePicture(page, "result-cancelled");
  assert.deepEqual(
    callbacks.map(({ searchParams }) => [searchParams.get("action"), searchParams.has("openid")]),
    [["cancel", false]],
  );
  assert.deepEqual(await dev.platform.control.listGrants(), []);
  await page.getByTestId("action").click();
  await page.getByTestId("confirm-page").waitFor();
});

test("the page of a confirmation says the same when it is loaded again, and one grant stays one", async () => {
  await using stage = await startStage();
  const { dev } = stage;
  const page = await stage.openPage();
  await beAskedAs(page, dev.link.entryUrl, "zhang");
  await page.getByTestId("confirm-button").click();
  await page.getByRole("heading", { name: "已确认接收" }).waitFor();
  const first = await page.locator("main").innerText();

  await page.reload();

  assert.equal(await page.locator("main").innerText(), first);
  assert.equal((await dev.platform.control.listGrants()).length, 1);
});

test("a link that leads to a strange host shows WeChat's error and, for developers, why", async () => {
  await using stage = await startStage();
  const { dev } = stage;
  const page = await stage.openPage();
  const link = new URL("/mp/subscribemsg", dev.platform.url);
  link.search = new URLSearchParams({
    action: "get_confirm",
    appid: dev.account.appid,
    scene: "1000",
    template_id: dev.account.templateId,
    redirect_url: "https://shop.example/callback",
  }).toString();

  await page.goto(`${link.href}#wechat_redirect`);

  const error = page.getByTestId("error-page");
  assert.equal(await error.getAttribute("data-check"), "redirect_url_is_on_business_domain");
  assert.equal(await page.getByTestId("error-text").textContent(), "应用跳转的域名非法");
  const hint = await page.getByTestId("developer-hint").innerText();
  assert.match(hint, /shop\.example 不是这个账号的业务域名/);
  assert.match(hint, /support\.qq\.com/);
  assert.equal(await page.getByRole("button").count(), 0);
  await takePicture(page, "error-domain");
});

test("the confirm page can be answered with the keyboard alone, and shows where it is", async () => {
  await using stage = await startStage();
  const { dev } = stage;
  const page = await stage.openPage();

  await page.goto(dev.link.entryUrl);
  await pressUntilFocused(page, '[data-person="li"]');
  await page.keyboard.press("Enter");
  await page.getByTestId("confirm-page").waitFor();
  const stops = await pressUntilFocused(page, "[data-testid=cancel-button]");
  await page.keyboard.press("Shift+Tab");
  const outline = await page.evaluate<string>(
    "getComputedStyle(document.activeElement).outlineStyle",
  );
  await takePicture(page, "confirm-keyboard");
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "已确认接收" }).waitFor();
  assert.deepEqual(stops, ["confirm-button", "cancel-button"]);
  assert.equal(outline, "solid");
  assert.equal((await dev.platform.control.listGrants())[0]?.person, "li");
});

async function beAskedAs(page: Page, entryUrl: string, person: string): Promise<void> {
  await page.goto(entryUrl);
  await page.locator(`[data-testid=person-choice][data-person="${person}"]`).click();
  await page.getByTestId("confirm-page").waitFor();
}

/** Presses Tab until what `selector` names has the focus; answers the test ids of the stops on the way, it included. */
async function pressUntilFocused(page: Page, selector: string): Promise<readonly string[]> {
  const stops: string[] = [];
  for (let count = 0; count < 10; count += 1) {
    await page.keyboard.press("Tab");
    stops.push((await page.locator(":focus").getAttribute("data-testid")) ?? "");
    if ((await page.locator(`${selector}:focus`).count()) > 0) return stops;
  }
  return assert.fail(`${selector} was not reached: ${stops.join(", ")}`);
}
