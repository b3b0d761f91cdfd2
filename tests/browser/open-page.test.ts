import assert from "node:assert/strict";
import { test } from "node:test";
import { listOverflows } from "./list-overflows.ts";
import { startStage } from "./start-stage.ts";

test("a page that runs a script its policy forbids is complained about", async () => {
  await using stage = await startStage();
  const { page, complaints } = await stage.openTroubledPage();
  await page.goto(stage.phoneOf("zhang"));
  const complaint = page.waitForEvent("console");

  await page.evaluate("document.body.setAttribute('onclick', 'alert(1)'); document.body.click()");
  await complaint;

  assert.match(complaints.join(), /Content Security Policy/);
});

test("a page that reaches past its screen, or scrolls sideways within, is seen to", async () => {
  await using stage = await startStage();
  const page = await stage.openPage();
  await page.setContent(
    '<p style="width:600px">wide</p><div style="width:90px;overflow:auto"><b style="display:block;width:99px">b</b></div>',
  );

  const overflows = await listOverflows(page);

  assert.match(overflows.join(), /<p style/);
  assert.match(overflows.join(), /<div style/);
});
