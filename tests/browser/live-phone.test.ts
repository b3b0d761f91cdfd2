import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { listOverflows } from "./list-overflows.ts";
import { type Message, startStage } from "./start-stage.ts";
import { takePicture } from "./take-picture.ts";

const ARRIVED: Omit<Message, "to"> = {
  title: "到货提醒",
  content: "您预订的《一次书》到货了。\n请于 3 天内到前台领取。\n凭证号：8848",
  color: "#C2571A",
};

test("a follower who looks at the account's chat sees a message arrive there, without loading the page again", async () => {
  await using stage = await startStage();
  await stage.confirm("zhang");
  const page = await stage.openPage();
  await page.goto(`${stage.phoneOf("zhang")}/chats/${stage.dev.account.appid}`);
  await page.getByTestId("empty-state").waitFor();
  await takePicture(page, "chat-empty");
  const loadings = countLoadings(page);

  const sent = await stage.send({ ...ARRIVED, to: "zhang", url: await stage.entryOf(1001) });

  const card = page.getByTestId("message-card");
  await card.waitFor();
  await takePicture(page, "chat-message");
  assert.equal(sent.body["state"], "delivered");
  assert.equal(await card.getByTestId("message-title").textContent(), ARRIVED.title);
  assert.equal(await card.getByTestId("message-content").innerText(), ARRIVED.content);
  assert.equal(await readColor(page), "rgb(194, 87, 26)");
  assert.deepEqual(loadings, []);
  await page.goto(`${stage.phoneOf("zhang")}/service-notifications`);
  await page.getByTestId("empty-state").waitFor();
});

test("a tap on a message's details shows what opens, and from there leads where the message says", async () => {
  await using stage = await startStage();
  await stage.confirm("zhang");
  const entry = await stage.entryOf(1001);
  await stage.send({ ...ARRIVED, to: "zhang", url: entry });
  const page = await stage.openPage();
  await page.goto(`${stage.phoneOf("zhang")}/chats/${stage.dev.account.appid}`);

  await page.getByTestId("message-jump").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("jump-page").waitFor();
  await takePicture(page, "jump-url");
  assert.deepEqual(await listOverflows(page), []);
  await page.getByTestId("jump-open").focus();
  await page.keyboard.press("Enter");

  await page.getByTestId("confirm-page").waitFor();
  assert.equal(await page.getByTestId("person-name").textContent(), "张三");
  assert.match(page.url(), /[?&]scene=1001&/);
});

test("somebody who does not follow sees a message arrive in Service Notifications, and its mini-program wins over its url", async () => {
  await using stage = await startStage();
  await stage.confirm("li");
  const page = await stage.openPage();
  await page.goto(`${stage.phoneOf("li")}/service-notifications`);
  await page.getByTestId("empty-state").waitFor();
  const loadings = countLoadings(page);

  await stage.send({
    ...ARRIVED,
    to: "li",
    url: "https://example.com/orders/8848",
    miniprogram: { appid: "wx0123456789abcdef", pagepath: "pages/order?id=8848" },
  });

  const card = page.getByTestId("message-card");
  await card.waitFor();
  await takePicture(page, "service-notification");
  assert.equal(await card.getByTestId("message-account").textContent(), stage.dev.account.name);
  assert.equal(await card.getByTestId("message-content").innerText(), ARRIVED.content);
  const jump = card.getByTestId("message-jump");
  assert.equal(await jump.getAttribute("data-jump"), "miniprogram");
  assert.match(await jump.innerText(), /详情[\s\S]*wx0123456789abcdef pages\/order\?id=8848/);
  assert.doesNotMatch(await jump.innerText(), /example\.com/);
  assert.deepEqual(loadings, []);
  await jump.click();
  const target = page.getByTestId("jump-page");
  await target.waitFor();
  await takePicture(page, "jump-miniprogram");
  assert.match(await target.innerText(), /wx0123456789abcdef[\s\S]*pages\/order[\s\S]*id=8848/);
  assert.match(await target.innerText(), /example\.com\/orders\/8848/);
  assert.deepEqual(await listOverflows(page), []);
  await page.getByTestId("back-link").click();
  await card.waitFor();
});

test("a second message on one confirmation never reaches the phone; after another confirmation it does", async () => {
  await using stage = await startStage();
  await stage.confirm("zhang");
  const first = await stage.send({ to: "zhang", title: "第一条", content: "您好!" });
  const page = await stage.openPage();
  await page.goto(`${stage.phoneOf("zhang")}/chats/${stage.dev.account.appid}`);

  const refused = await stage.send({ to: "zhang", title: "第二条", content: "您好!" });
  await stage.confirm("zhang");
  await stage.send({ to: "zhang", title: "第三条", content: "您好!" });

  await page.getByRole("heading", { name: "第三条" }).waitFor();
  assert.equal(refused.status, 409);
  assert.equal(refused.body["earlier_message_id"], first.body["id"]);
  assert.deepEqual(await page.getByTestId("message-title").allTextContents(), ["第一条", "第三条"]);
});

test("a message that arrives while the chat list is open moves the unread badge, and is said to those who do not see it", async () => {
  await using stage = await startStage();
  await stage.confirm("zhang");
  const page = await stage.openPage();
  await page.goto(stage.phoneOf("zhang"));
  const entry = page.getByTestId("chat-entry");
  await entry.waitFor();
  await takePicture(page, "chats-before");
  const badgesBefore = await page.getByTestId("unread-badge").count();
  const loadings = countLoadings(page);

  await stage.send({ ...ARRIVED, to: "zhang" });

  await entry.locator('[data-testid=unread-badge][data-count="1"]').waitFor();
  await takePicture(page, "chats-unread");
  assert.equal(badgesBefore, 0);
  assert.equal((await entry.getByTestId("message-preview").innerText()).trim(), ARRIVED.title);
  const { name } = stage.dev.account;
  assert.equal(
    await page.getByTestId("live-status").textContent(),
    `新消息：${name}，${ARRIVED.title}`,
  );
  assert.deepEqual(loadings, []);
  await entry.click();
  await page.getByTestId("message-card").waitFor();
  await page.getByTestId("back-link").click();
  await entry.waitFor();
  assert.equal(await page.getByTestId("unread-badge").count(), 0);
});

test("a half-typed link, and the caret in it, survive a message that arrives meanwhile", async () => {
  await using stage = await startStage();
  await stage.confirm("li");
  const page = await stage.openPage();
  await page.goto(stage.phoneOf("li"));
  const input = page.getByTestId("open-link-input");
  await input.pressSequentially("https://half-typ");
  await page.keyboard.press("ArrowLeft");

  await stage.send({ ...ARRIVED, to: "li" });
  await page.getByTestId("unread-badge").waitFor();
  await page.keyboard.type("-");

  assert.equal(await input.inputValue(), "https://half-ty-p");
});

test("a message that arrives in a long conversation is its last, and in sight", async () => {
  await using stage = await startStage();
  for (const scene of [1, 2, 3, 4, 5]) {
    await stage.confirm("zhang", scene);
    await stage.send({ ...ARRIVED, to: "zhang", scene, title: `第 ${scene} 条` });
  }
  await stage.confirm("zhang", 6);
  const page = await stage.openPage();
  await page.goto(`${stage.phoneOf("zhang")}/chats/${stage.dev.account.appid}`);
  const cards = page.getByTestId("message-card");
  const endsBefore = [await isInSight(cards.first(), page), await isInSight(cards.last(), page)];

  await stage.send({ ...ARRIVED, to: "zhang", scene: 6, title: "第 6 条" });

  await page.getByRole("heading", { name: "第 6 条" }).waitFor();
  await takePicture(page, "chat-long");
  assert.deepEqual(endsBefore, [false, true]);
  assert.equal(await cards.last().getByTestId("message-title").textContent(), "第 6 条");
  assert.equal(await isInSight(cards.last(), page), true);
});

test("without scripts a message is there after loading the page again, and nothing is missing from the way to it", async () => {
  await using stage = await startStage();
  const page = await stage.openPage({ runsScripts: false });
  await page.goto(stage.phoneOf("li"));
  await page.getByTestId("open-link-input").fill(stage.dev.link.entryUrl);
  await page.getByTestId("open-link-button").click();
  await page.getByTestId("confirm-button").click();
  await page.getByRole("heading", { name: "已确认接收" }).waitFor();
  await page.goto(`${stage.phoneOf("li")}/service-notifications`);
  await page.getByTestId("empty-state").waitFor();

  await stage.send({ ...ARRIVED, to: "li" });
  await page.reload();

  const card = page.getByTestId("message-card");
  assert.equal(await card.getByTestId("message-title").textContent(), ARRIVED.title);
  assert.equal(await card.getByTestId("message-content").innerText(), ARRIVED.content);
});

test("a phone that was cut off shows what arrived meanwhile once it is back", async () => {
  await using stage = await startStage();
  await stage.confirm("zhang");
  const { page, complaints } = await stage.openTroubledPage();
  await page.goto(stage.phoneOf("zhang"));
  await page.getByTestId("chat-entry").waitFor();
  await page.context().setOffline(true);
  const renewal = page.waitForEvent("requestfailed");

  await stage.send({ ...ARRIVED, to: "zhang" });
  await renewal;
  await page.context().setOffline(false);

  await page.getByTestId("unread-badge").waitFor();
  assert.match(complaints.join(), /ERR_INTERNET_DISCONNECTED/);
});

/** Grows with each document the page loads from now on. */
function countLoadings(page: Page): readonly string[] {
  const loadings: string[] = [];
  page.on("domcontentloaded", (loaded) => loadings.push(loaded.url()));
  return loadings;
}

async function readColor(page: Page): Promise<string> {
  return page.evaluate<string>(
    "getComputedStyle(document.querySelector('[data-testid=message-content]')).color",
  );
}

/** Whether all of it lies within the screen, or as much as fits. */
async function isInSight(locator: Locator, page: Page): Promise<boolean> {
  const box = await locator.boundingBox();
  const screen = page.viewportSize();
  assert.ok(box !== null && screen !== null);
  return box.y >= 0 && box.y + box.height <= screen.height;
}
