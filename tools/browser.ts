import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

/** A Chromium that starts, and where it came from. */
export interface Browser {
  /** Absolute. */
  readonly path: string;
  readonly origin: "installed" | "apt-get" | "playwright";
}

/** What the search does to the machine; a test replaces it. */
export interface BrowserMachine {
  /** The absolute path of what `command` (a name on PATH, or a path) names, when it is a browser that starts. */
  locate(command: string): Promise<string | undefined>;
  /** Whether packages may be installed with apt-get: as root, on Debian or what descends from it. */
  mayInstallPackages(): boolean;
  installPackages(names: readonly string[]): Promise<void>;
  hasChineseFont(): Promise<boolean>;
  /** Where Playwright keeps its own browser, downloaded or not. */
  playwrightPath(): string;
  downloadPlaywright(): Promise<void>;
}

const COMMANDS = [
  "chromium",
  "google-chrome-stable",
  "google-chrome",
  "chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * Finds a Chromium: an installed one; else, where that is allowed, the distribution's, with a Chinese font for the
 * pages; else Playwright's own download. Throws when none of them starts.
 */
export async function findBrowser(machine: BrowserMachine = thisMachine): Promise<Browser> {
  const installed = await locateFirst(machine, [...COMMANDS, machine.playwrightPath()]);
  if (machine.mayInstallPackages()) await installMissing(machine, installed === undefined);
  if (installed !== undefined) return { path: installed, origin: "installed" };

  const packaged = await locateFirst(machine, COMMANDS);
  if (packaged !== undefined) return { path: packaged, origin: "apt-get" };

  await machine.downloadPlaywright().catch(tell);
  const downloaded = await locateFirst(machine, [machine.playwrightPath()]);
  if (downloaded !== undefined) return { path: downloaded, origin: "playwright" };
  throw new Error("no Chromium found, and none could be installed; install one and try again");
}

async function locateFirst(
  machine: BrowserMachine,
  commands: readonly string[],
): Promise<string | undefined> {
  for (const command of commands) {
    const path = await machine.locate(command);
    if (path !== undefined) return path;
  }
  return undefined;
}

async function installMissing(machine: BrowserMachine, isBrowserMissing: boolean): Promise<void> {
  const names = [
    ...(isBrowserMissing ? ["chromium"] : []),
    ...((await machine.hasChineseFont()) ? [] : ["fonts-noto-cjk"]),
  ];
  if (names.length === 0) return;
  // Not the end: a mirror may be out of reach, and Playwright's download is still to be tried.
  await machine.installPackages(names).catch(tell);
}

function tell(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
}

const execute = promisify(execFile);

const thisMachine: BrowserMachine = {
  locate: async (command) => {
    try {
      const { stdout } = await execute("/bin/sh", ["-c", 'command -v "$0"', command]);
      await execute(stdout.trim(), ["--version"]);
      return stdout.trim();
    } catch {
      return undefined;
    }
  },
  mayInstallPackages: () => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get"),
  installPackages: async (names) => {
    const wait = ["-o", "DPkg::Lock::Timeout=300"];
    runAloud("apt-get", [...wait, "update", "--quiet"]);
    runAloud("apt-get", [
      ...wait,
      "install",
      "--quiet",
      "--yes",
      "--no-install-recommends",
      ...names,
    ]);
  },
  hasChineseFont: () =>
    execute("fc-list", [":lang=zh", "family"]).then(
      ({ stdout }) => stdout !== "",
      () => false,
    ),
  playwrightPath: () => chromium.executablePath(),
  downloadPlaywright: async () => {
    const manifest = createRequire(import.meta.url).resolve("playwright-core/package.json");
    const deps = thisMachine.mayInstallPackages() ? ["--with-deps"] : [];
    const command = join(dirname(manifest), "cli.js");
    runAloud(process.execPath, [command, "install", ...deps, "chromium"]);
  },
};

function runAloud(command: string, args: readonly string[]): void {
  console.log(`$ ${command} ${args.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], env });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}
