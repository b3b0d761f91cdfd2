import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { listOverflows } from "./list-overflows.ts";
import { PHONE } from "./open-page.ts";
import { startStage } from "./start-stage.ts";
import { takePicture } from "./take-picture.ts";

const DESK = { width: 1280, height: 800 } as const;

test("an administrator takes a business domain away in the console, and the link is refused from then on", async () => {
  await using stage = await startStage();
  const page = await stage.openPage({ viewport: DESK });
  await page.goto(`${stage.dev.platform.url}/mp`);
  await picture(page, "console-accounts");
  await page.getByTestId("console-account").first().click();
  await picture(page, "console-account");

  await page.getByLabel("业务域名").fill("a.example");
  await page.locator('[data-section="domains"]').getByTestId("console-save").click();

  await page.locator('[data-section="domains"]').getByTestId("console-saved").waitFor();
  const decision = await stage.dev.platform.control.decide({
    authorizeLink: LINK,
    person: "li",
    action: "confirm",
  });
  assert.equal(decision.kind === "refused" && decision.check, "redirect_url_is_on_business_domain");
});

test("a mistake is said next to its field, where it was typed", async () => {
  await using stage = await startStage();
  const { page } = await stage.openTroubledPage({ viewport: DESK });
  await page.goto(`${stage.dev.platform.url}/mp/accounts/${stage.dev.account.appid}`);

  await page.getByLabel("每日额度").fill("many");
  await page.locator('[data-section="permissions"]').getByTestId("console-save").click();

  const problem = page.getByTestId("field-problem");
  await problem.waitFor();
  await problem.scrollIntoViewIfNeeded();
  await picture(page, "console-problem");
  assert.equal(await problem.getAttribute("data-field"), "perDay");
  assert.equal(await page.getByLabel("每日额度").inputValue(), "many");
});

test("the journal says in words why a call was refused", async () => {
  await using stage = await startStage();
  await stage.confirm("li");
  await stage.dev.platform.control.changePerson("li", { refuses: [stage.dev.account.appid] });
  await stage.send({ to: "li", title: "到货提醒", content: "到货了。" });
  const page = await stage.openPage({ viewport: DESK });

  await page.goto(`${stage.dev.platform.url}/mp/journal`);

  await picture(page, "console-journal");
  const refused = page.locator('[data-testid="journal-entry"][data-errcode="43101"]').first();
  assert.match((await refused.getByTestId("journal-why").textContent()) ?? "", /\S/);
  const transcript = refused.getByTestId("journal-transcript");
  await transcript.locator("summary").focus();
  await page.keyboard.press("Enter");
  await transcript.getByText("到货提醒").waitFor();
  assert.match((await transcript.textContent()) ?? "", /access_token=xxxx[\s\S]*"errcode":43101/);
  await picture(page, "console-journal-transcript");
});

const LINK =
  "https://mp.weixin.qq.com/mp/subscribemsg?action=get_confirm&appid=wxaba38c7f163da69b&scene=1000" +
  "&template_id=1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc&redirect_url=http%3a%2f%2flocalhost#wechat_redirect";

/** A picture on a desk and one on a phone, on neither of which anything reaches past the sides. */
async function picture(page: Page, name: string): Promise<void> {
  for (const screen of [PHONE, DESK]) {
    await page.setViewportSize(screen);
    await takePicture(page, `${name}-${screen.width}`);
    assert.deepEqual(await listOverflows(page), []);
  }
}
