import assert from "node:assert/strict";
import { test } from "node:test";
import { listOverflows } from "./list-overflows.ts";
import { startStage } from "./start-stage.ts";
import { takePicture } from "./take-picture.ts";

test("whoever refuses one-time messages on the phone gets none, by the keyboard as well", async () => {
  await using stage = await startStage();
  await stage.confirm("zhang");
  const page = await stage.openPage();
  await page.goto(`${stage.phoneOf("zhang")}/chats/${stage.dev.account.appid}`);
  await page.getByTestId("account-link").click();
  const refusal = page.getByRole("switch", { name: "一次性订阅消息" });
  assert.equal(await refusal.getAttribute("aria-checked"), "true");
  await takePicture(page, "account");

  await refusal.focus();
  await page.keyboard.press("Space");

  await page.getByRole("switch", { name: "一次性订阅消息", checked: false }).waitFor();
  await takePicture(page, "account-refused");
  assert.deepEqual(await listOverflows(page), []);
  const sent = await stage.send({ to: "zhang", title: "到货提醒", content: "到货了。" });
  assert.notEqual(sent.body["state"], "delivered");
});
