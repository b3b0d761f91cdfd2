import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createLog, createWorld } from "@yici/runtime";
import { type Browser, chromium, type Page, request } from "playwright-core";
import { type Dev, startDev } from "yici/dev";
import { findBrowser } from "./browser.ts";

// `npm run screenshots`: plays the story in a real browser and writes the README's picture of it.

const FOLDER = join(import.meta.dirname, "..", "docs", "pictures");
/** As wide as a common phone and a little shorter, in CSS pixels; in the picture it is shown at a part of its size. */
const PHONE = { width: 390, height: 740 } as const;
const SHOWN_WIDTH = 300;
/** Pixels of the picture for each of its own: enough for a sharp screen, small enough for a repository. */
const SHARPNESS = 1.25;
/** What the clocks on the pictures show, so that taking them again changes nothing that nobody changed. */
const STARTED_AT = Date.parse("2026-01-05T10:24:00+08:00");

/** One phone's screen, as PNG. */
type Screen = Buffer;

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath: (await findBrowser()).path });
const dev = await startDev({ world: createWorldAt(STARTED_AT) });
try {
  const path = join(FOLDER, "story.png");
  await arrange(browser, await playStory(browser, dev), path);
  console.log(path);
} finally {
  await dev.stop();
  await browser.close();
}

function createWorldAt(startedAt: number) {
  const offset = startedAt - Date.now();
  return createWorld({ log: createLog("warn"), now: () => Date.now() + offset });
}

/** From the question to the message: four screens of somebody who follows the account. */
async function playStory(on: Browser, started: Dev): Promise<readonly Screen[]> {
  const { platform, link } = started;
  const context = await on.newContext({ viewport: PHONE, deviceScaleFactor: 2, locale: "zh-CN" });
  const page = await context.newPage();
  const screens: Screen[] = [];
  const keep = async (): Promise<void> => void screens.push(await page.screenshot());

  await page.goto(`${platform.url}/phone/zhang`);
  await page.goto(link.entryUrl);
  await page.getByTestId("confirm-page").waitFor();
  await keep();
  await page.getByTestId("confirm-button").click();
  await page.getByRole("heading", { name: "已确认接收" }).waitFor();
  await keep();
  await page.goto(`${platform.url}/phone/zhang`);
  await page.getByTestId("chat-entry").waitFor();
  await send(started);
  await page.getByTestId("unread-badge").waitFor();
  await keep();
  await page.getByTestId("chat-entry").click();
  await page.getByTestId("message-card").waitFor();
  await keep();
  await context.close();
  return screens;
}

async function send({ gateway, platform, account, apiKey }: Dev): Promise<void> {
  const [person] = await platform.control.listPeople();
  const api = await request.newContext({
    extraHTTPHeaders: { authorization: `Bearer ${apiKey}` },
  });
  const answer = await api.post(`${gateway.adminUrl}/v1/accounts/${account.appid}/messages`, {
    data: {
      openid: person?.openids[account.appid],
      scene: 1000,
      title: "到货提醒",
      content: "您预订的书到货了。\n请于三天内到前台领取，凭证号：8848。",
      color: "#C2571A",
      url: "https://example.com/orders/8848",
    },
  });
  if (!answer.ok()) throw new Error(`the message was answered ${answer.status()}`);
  await api.dispose();
}

/** The screens side by side, on one picture. */
async function arrange(on: Browser, screens: readonly Screen[], path: string): Promise<void> {
  const page: Page = await on.newPage({ deviceScaleFactor: SHARPNESS });
  const images = screens.map(
    (screen) => `<img src="data:image/png;base64,${screen.toString("base64")}">`,
  );
  await page.setContent(`<!doctype html><style>
    body { display: flex; align-items: flex-start; width: max-content; margin: 0; gap: 28px; padding: 24px; background: #eef0f2 }
    img { width: ${SHOWN_WIDTH}px; border-radius: 28px; border: 7px solid #1c1c1e }
  </style>${images.join("")}`);
  await page.locator("body").screenshot({ path });
  await page.close();
}
