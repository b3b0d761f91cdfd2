import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "playwright-core";
import { listOverflows } from "./list-overflows.ts";
import { startStage } from "./start-stage.ts";
import { takePicture } from "./take-picture.ts";

const DESK = { width: 1280, height: 800 } as const;
const MESSAGE = { title: "到货提醒", content: "到货了。" } as const;

test("beside the phone a developer sees grants and calls change, with the reason of a refusal", async () => {
  await using stage = await startStage();
  const page = await stage.openPage({ viewport: DESK });
  await page.goto(stage.phoneOf("li"));
  const { appid } = stage.dev.account;
  const grants = page.locator(`[data-testid="grants"][data-appid="${appid}"]`);
  await grants.getByText("没有授权").waitFor();

  await stage.confirm("li", 1001);
  await grants.getByText("scene 1001").waitFor();
  await stage.send({ ...MESSAGE, to: "li", scene: 1001 });
  await page.locator('[data-testid="journal-entry"][data-errcode="0"]').first().waitFor();
  await sendWithoutToken(stage.dev.platform.url);

  const refused = page.locator('[data-testid="journal-entry"][data-errcode="40014"]').first();
  await refused.getByTestId("journal-why").waitFor();
  await takePicture(page, "desk-journal");
  assert.deepEqual(await listOverflows(page), []);
  const phone = await page.locator(".yici-screen").boundingBox();
  assert.equal(phone?.x, (DESK.width - 390) / 2);
});

test("an authorize link beside the phone opens the confirm page where the phone is", async () => {
  await using stage = await startStage();
  const page = await stage.openPage({ viewport: DESK });
  await page.goto(stage.phoneOf("wang"));
  const before = await page.locator(".yici-screen").boundingBox();

  await page.getByTestId("desk-link-button").click();

  await page.getByTestId("confirm-page").waitFor();
  await takePicture(page, "desk-confirm");
  assert.equal(await page.getByTestId("person-name").textContent(), "王五");
  assert.deepEqual(await page.locator(".yici-screen").boundingBox(), before);
});

test("on a phone there is no desk", async () => {
  await using stage = await startStage();
  const page = await stage.openPage();

  await page.goto(stage.phoneOf("li"));

  assert.equal(await page.getByTestId("developer-desk").isVisible(), false);
  assert.equal(await page.getByTestId("journal").isVisible(), false);
});

/** A send whose token is none. */
async function sendWithoutToken(platform: string): Promise<void> {
  const caller = await request.newContext();
  const answer = await caller.post(`${platform}/cgi-bin/message/template/subscribe`, {
    params: { access_token: "none" },
    data: {},
  });
  assert.equal(answer.status(), 200);
  await caller.dispose();
}
