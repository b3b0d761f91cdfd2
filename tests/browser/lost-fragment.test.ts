import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { Dev } from "yici/dev";
import { startStage } from "./start-stage.ts";
import { takePicture } from "./take-picture.ts";

/** An authorize link of the demo account, without its fragment. */
function buildLink({ platform, account, gateway }: Dev): string {
  const link = new URL("/mp/subscribemsg", platform.url);
  link.search = new URLSearchParams({
    action: "get_confirm",
    appid: account.appid,
    scene: "1000",
    template_id: account.templateId,
    redirect_url: `${gateway.publicUrl}/`,
  }).toString();
  return link.href;
}

async function bePerson(page: Page, { platform }: Dev): Promise<void> {
  await page.goto(`${platform.url}/phone/li`);
}

/** A server that sends everybody on to `location` with a 302, as a developer's own would. */
async function redirectTo(location: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer((_request, response) => {
    response.writeHead(302, { location }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

for (const way of ["directly", "by a 302"] as const) {
  test(`a link that arrives ${way} without #wechat_redirect shows WeChat's error in place of the question`, async () => {
    await using stage = await startStage();
    const link = buildLink(stage.dev);
    await using detour = await redirectTo(link);
    const page = await stage.openPage();
    await bePerson(page, stage.dev);

    await page.goto(way === "directly" ? link : detour.url);

    const error = page.getByTestId("error-page");
    await error.waitFor();
    assert.equal(await error.getAttribute("data-check"), "wechat_redirect_is_there");
    assert.equal(await page.getByTestId("error-text").textContent(), "应用访问参数错误");
    assert.equal(await page.title(), "应用访问参数错误");
    assert.equal(await page.getByTestId("confirm-page").count(), 0);
    assert.equal(await page.getByRole("button").count(), 0);
    if (way === "directly") await takePicture(page, "error-fragment");
  });

  test(`a link that arrives ${way} with #wechat_redirect asks its question`, async () => {
    await using stage = await startStage();
    const link = `${buildLink(stage.dev)}#wechat_redirect`;
    await using detour = await redirectTo(link);
    const page = await stage.openPage();
    await bePerson(page, stage.dev);

    await page.goto(way === "directly" ? link : detour.url);

    await page.getByTestId("confirm-page").waitFor();
    assert.equal(new URL(page.url()).hash, "#wechat_redirect");
    assert.equal(await page.getByTestId("error-page").count(), 0);
  });
}

test("a fragment that is almost right is lost all the same, for a browser that is nobody too", async () => {
  await using stage = await startStage();
  const page = await stage.openPage();

  await page.goto(`${buildLink(stage.dev)}#wechat_redirectb`);

  await page.getByTestId("error-page").waitFor();
  assert.equal(await page.getByTestId("who-are-you-page").count(), 0);
});

test("without scripts the page cannot see its fragment, and asks its question all the same", async () => {
  await using stage = await startStage();
  // Where it leads back to there is no page.
  const { page } = await stage.openTroubledPage({ runsScripts: false });
  await bePerson(page, stage.dev);

  await page.goto(buildLink(stage.dev));
  await page.getByTestId("confirm-button").click();

  await page.waitForURL(({ origin }) => origin === stage.dev.gateway.publicUrl);
  assert.equal((await stage.dev.platform.control.listGrants()).length, 1);
});
