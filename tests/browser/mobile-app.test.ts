import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_APP } from "@yici/platform";
import type { Page } from "playwright-core";
import { listOverflows } from "./list-overflows.ts";
import { type Stage, startStage } from "./start-stage.ts";
import { takePicture } from "./take-picture.ts";

test("an app asks through the SDK, and its person's answer comes back to the app's own screen", async () => {
  await using stage = await startStage();
  const page = await openApp(stage);
  await takePicture(page, "app");
  await page.getByTestId("app-reserved-input").fill("hello");

  await page.getByTestId("app-request-button").click();
  await page.getByTestId("confirm-button").click();

  await page.getByTestId("app-android-response").waitFor();
  await takePicture(page, "app-confirmed");
  const android = await readJsonOf(page, "app-android-response");
  const ios = await readJsonOf(page, "app-ios-response");
  const people = await stage.dev.platform.control.listPeople();
  const openid = people.find(({ id }) => id === "li")?.openids[DEMO_APP.appid];
  assert.ok(openid);
  assert.equal(android["openId"], openid);
  assert.equal(ios["openId"], openid);
  assert.equal(android["reserved"], "hello");
  assert.equal(new URL(page.url()).pathname, `/phone/li/apps/${DEMO_APP.appid}`);
  assert.deepEqual(await listOverflows(page), []);
});

test("an app whose person cancels is told a null openId", async () => {
  await using stage = await startStage();
  const page = await openApp(stage);

  await page.getByTestId("app-request-button").click();
  await page.getByTestId("cancel-button").click();

  await page.getByTestId("app-ios-response").waitFor();
  await takePicture(page, "app-cancelled");
  assert.deepEqual(await readJsonOf(page, "app-ios-response"), {
    errCode: 0,
    errStr: null,
    templateId: DEMO_APP.templateId,
    scene: 0,
    action: "cancel",
    reserved: "null",
    openId: null,
  });
});

/** 李四's phone with the demo's app, opened from the list of what is on it. */
async function openApp(stage: Stage): Promise<Page> {
  const page = await stage.openPage();
  await page.goto(`${stage.phoneOf("li")}/accounts`);
  await takePicture(page, "accounts-with-app");
  await page.getByTestId("app-entry").click();
  await page.getByTestId("app-screen").waitFor();
  return page;
}

async function readJsonOf(page: Page, testId: string): Promise<Readonly<Record<string, unknown>>> {
  const text = (await page.getByTestId(testId).textContent()) ?? "";
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
