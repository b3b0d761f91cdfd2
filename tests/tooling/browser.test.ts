import assert from "node:assert/strict";
import { test } from "node:test";
import { type BrowserMachine, findBrowser } from "../../tools/browser.ts";

test("an installed browser is taken, and nothing is installed", async () => {
  const { machine, done } = createMachine({ present: ["google-chrome"] });

  const browser = await findBrowser(machine);

  assert.deepEqual(browser, { path: "google-chrome", origin: "installed" });
  assert.deepEqual(done, []);
});

test("a missing Chinese font is installed beside an installed browser", async () => {
  const { machine, done } = createMachine({ present: ["chromium"], hasChineseFont: false });

  const browser = await findBrowser(machine);

  assert.deepEqual(browser, { path: "chromium", origin: "installed" });
  assert.deepEqual(done, ["apt-get fonts-noto-cjk"]);
});

test("without a browser, the distribution's is installed where that is allowed", async () => {
  const { machine, done } = createMachine({ packaged: ["chromium"], hasChineseFont: false });

  const browser = await findBrowser(machine);

  assert.deepEqual(browser, { path: "chromium", origin: "apt-get" });
  assert.deepEqual(done, ["apt-get chromium fonts-noto-cjk"]);
});

test("where packages may not be installed, Playwright's own browser is downloaded", async () => {
  const { machine, done } = createMachine({ mayInstallPackages: false, downloaded: ["/own"] });

  const browser = await findBrowser(machine);

  assert.deepEqual(browser, { path: "/own", origin: "playwright" });
  assert.deepEqual(done, ["download"]);
});

test("when the distribution's browser does not start, Playwright's own is downloaded", async () => {
  const { machine, done } = createMachine({ downloaded: ["/own"] });

  const browser = await findBrowser(machine);

  assert.deepEqual(browser, { path: "/own", origin: "playwright" });
  assert.deepEqual(done, ["apt-get chromium", "download"]);
});

test("when no browser can be had, the search says so, whatever failed on the way", async () => {
  const { machine } = createMachine({});
  const failing = { ...machine, downloadPlaywright: () => Promise.reject(new Error("no network")) };

  await assert.rejects(findBrowser(failing), /no Chromium found/u);
  await assert.rejects(findBrowser(machine), /no Chromium found/u);
});

interface MachineOptions {
  /** What starts at once, after installing packages, and after Playwright's download. */
  readonly present?: readonly string[];
  readonly packaged?: readonly string[];
  readonly downloaded?: readonly string[];
  readonly mayInstallPackages?: boolean;
  readonly hasChineseFont?: boolean;
}

function createMachine(options: MachineOptions) {
  const done: string[] = [];
  const startable = new Set(options.present);
  const add = (paths: readonly string[] = []): void => paths.forEach((path) => startable.add(path));
  const machine: BrowserMachine = {
    locate: async (command) => (startable.has(command) ? command : undefined),
    mayInstallPackages: () => options.mayInstallPackages ?? true,
    installPackages: async (names) => {
      done.push(`apt-get ${names.join(" ")}`);
      add(options.packaged);
    },
    hasChineseFont: async () => options.hasChineseFont ?? true,
    playwrightPath: () => "/own",
    downloadPlaywright: async () => {
      done.push("download");
      add(options.downloaded);
    },
  };
  return { machine, done };
}
