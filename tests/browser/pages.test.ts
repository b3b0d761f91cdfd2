import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { listOverflows } from "./list-overflows.ts";
import { PHONE } from "./open-page.ts";
import { readJson, type Stage, startStage } from "./start-stage.ts";
import { takePicture } from "./take-picture.ts";

/** A page, where it is on a stage, and with which status it comes. */
interface ShownPage {
  readonly name: string;
  readonly status: number;
  /** Makes what the page shows, and answers where it is. */
  readonly findAddress: (stage: Stage) => Promise<string> | string;
}

const PAGES: readonly ShownPage[] = [
  { name: "choose-a-phone", status: 200, findAddress: ({ dev }) => `${dev.platform.url}/phone` },
  { name: "chats", status: 200, findAddress: (stage) => fillPhone(stage) },
  {
    name: "service-notifications-full",
    status: 200,
    findAddress: async (stage) => `${await fillPhone(stage)}/service-notifications`,
  },
  { name: "accounts", status: 200, findAddress: (stage) => `${stage.phoneOf("zhang")}/accounts` },
  { name: "me", status: 200, findAddress: (stage) => `${stage.phoneOf("zhang")}/me` },
  {
    name: "link-refused",
    status: 200,
    findAddress: (stage) => `${stage.phoneOf("wang")}?problem=link`,
  },
  { name: "nobody", status: 404, findAddress: ({ dev }) => `${dev.platform.url}/phone/nobody` },
  { name: "who", status: 200, findAddress: ({ dev }) => dev.link.entryUrl },
  {
    name: "error-long",
    status: 200,
    findAddress: ({ dev }) =>
      `${dev.platform.url}/mp/subscribemsg?action=${"get-confirm".repeat(40)}`,
  },
  { name: "scan-in-wechat", status: 200, findAddress: (stage) => addRealLink(stage) },
  {
    name: "result-refused",
    status: 400,
    findAddress: async (stage) =>
      `${await findCallback(stage)}?action=confirm&openid=forged&scene=1000`,
  },
  {
    name: "no-such-link",
    status: 404,
    findAddress: ({ dev }) => `${dev.gateway.publicUrl}/l/nothing`,
  },
];

const SCREENS = [PHONE, { width: 320, height: 568 }] as const;

for (const { name, status, findAddress } of PAGES) {
  test(`the page "${name}" fits a phone, a small one included`, async () => {
    await using stage = await startStage();
    const address = await findAddress(stage);
    const { page, complaints } = await stage.openTroubledPage();

    const answer = await page.goto(address);
    const overflows: string[] = [];
    for (const screen of SCREENS) {
      await page.setViewportSize(screen);
      await takePicture(page, `page-${name}-${screen.width}`);
      overflows.push(...(await listOverflows(page)));
      assert.ok(await isHeadingInSight(page), `the heading is hidden at ${screen.width} px`);
    }

    assert.equal(answer?.status(), status);
    assert.deepEqual(overflows, []);
    assert.deepEqual(
      complaints.filter((complaint) => status === 200 || !complaint.includes(String(status))),
      [],
    );
  });
}

test("on a desk the phone stands in the middle, as wide as a phone", async () => {
  await using stage = await startStage();
  const page = await stage.openPage({ viewport: { width: 1280, height: 900 } });

  await page.goto(await fillPhone(stage));

  await takePicture(page, "desk");
  const box = await page.locator(".yici-screen").boundingBox();
  assert.equal(box?.width, 390);
  assert.equal(box.x, (1280 - 390) / 2);
});

/** Whether nothing lies above the middle of the first heading, and nothing has squeezed it away. */
async function isHeadingInSight(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    const heading = document.querySelector("h1");
    const { left, top, width, height } = heading.getBoundingClientRect();
    return heading.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  })()`);
}

/** A phone with a message in it that is as long as a message may be, and does not break by itself. */
async function fillPhone(stage: Stage): Promise<string> {
  await stage.confirm("li");
  const sent = await stage.send({
    to: "li",
    title: "MMMMMMMMMMMMMMM",
    content: `${"W".repeat(180)}\n<b>&amp;</b>`,
    url: `https://example.com/${"long".repeat(200)}`,
  });
  assert.equal(sent.body["state"], "delivered");
  return stage.phoneOf("li");
}

/** The entry of a link whose account is on the real platform: outside WeChat nobody is sent there. */
async function addRealLink({ api, dev }: Stage): Promise<string> {
  const account = {
    appid: "wx0123456789abcdef",
    name: "真实的公众号",
    template_id: dev.account.templateId,
    public_url: dev.gateway.publicUrl,
    platform: { kind: "real" },
  };
  await readJson(await api.post("accounts", { data: account }));
  const link = await api.post(`accounts/${account.appid}/links`, {
    data: { scene: 1, title: "开课提醒" },
  });
  return (await readJson<{ readonly entry_url: string }>(link)).entry_url;
}

async function findCallback({ api, dev }: Stage): Promise<string> {
  const account = await api.get(`accounts/${dev.account.appid}`);
  return (await readJson<{ readonly callback_url: string }>(account)).callback_url;
}
