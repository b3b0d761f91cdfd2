import { after } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { findBrowser } from "../../tools/browser.ts";

/** The screen of a common phone, in CSS pixels. */
export const PHONE = { width: 390, height: 844 } as const;

/** How a test looks at the pages. */
export interface Looking {
  /** Default: a phone's. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Default: true. */
  readonly runsScripts?: boolean;
}

/** One Chromium for all tests of a file; each page has its own cookies and its own everything. */
let chromiumStarted: Promise<Browser> | undefined;
after(async () => (await chromiumStarted)?.close());

/** A page, and what its browser complains about. */
export interface WatchedPage {
  readonly page: Page;
  /**
   * Errors and warnings on the console, violations of the Content-Security-Policy, scripts that threw, answers that
   * failed. Grows while the page is used.
   */
  readonly complaints: readonly string[];
  /** Closes it, with its cookies and everything else that was its own. */
  readonly close: () => Promise<void>;
}

/** Opens an empty page in a browser that nobody used before. */
export async function openPage(looking: Looking = {}): Promise<WatchedPage> {
  chromiumStarted ??= launch();
  const browser = await chromiumStarted;
  const context = await browser.newContext({
    viewport: looking.viewport ?? PHONE,
    deviceScaleFactor: 2,
    javaScriptEnabled: looking.runsScripts ?? true,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  return { page, complaints: collectComplaints(page), close: () => context.close() };
}

async function launch(): Promise<Browser> {
  const { path } = await findBrowser();
  return chromium.launch({ executablePath: path });
}

function collectComplaints(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning") complaints.push(line.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("response", (answer) => {
    if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`);
  });
  return complaints;
}
