import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";

const WORK_TREE = join(import.meta.dirname, "..", "..");
const EXAMPLES = join(WORK_TREE, "examples");
const LAUNCHER = join(WORK_TREE, "packages", "cli", "bin", "yici.js");

/** How a program ended: what it said, on either stream, belongs to a failure's explanation. */
export interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Runs the tests of an example where it is, on the sources of this work tree. */
export function runInPlace(
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const flags = ["--conditions=@yici/source", "--test", "--test-reporter=spec"];
  return run(process.execPath, [...flags, "shop.test.mjs"], join(EXAMPLES, name), env);
}

/** Runs a command beside a platform, in an example's folder. */
export function runBesidePlatform(name: string, command: readonly string[]): Promise<Ended> {
  const args = [LAUNCHER, "platform", "exec", "--", ...command];
  return run(process.execPath, args, join(EXAMPLES, name));
}

/**
 * Runs `npm test` of an example in a copy of its own, with its test runner installed from the registry and `yici` from
 * this work tree.
 */
export async function runInstalled(t: TestContext, name: string): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "yici-example-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["shop", name]) {
    cpSync(join(EXAMPLES, part), join(folder, part), { recursive: true });
  }
  const app = join(folder, name);
  leaveOutYici(app);
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--no-save"];
  const installed = await run("npm", ["install", ...flags], app);
  if (installed.code !== 0) return installed;
  const bin = join(app, "node_modules", ".bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "yici"), `#!/bin/sh\nexec "${process.execPath}" "${LAUNCHER}" "$@"\n`);
  chmodSync(join(bin, "yici"), 0o755);
  return run("npm", ["test"], app);
}

/** What is not published yet cannot be installed. */
function leaveOutYici(app: string): void {
  const path = join(app, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const { yici: _, ...runner } = manifest.devDependencies;
  writeFileSync(path, JSON.stringify({ ...manifest, devDependencies: runner }));
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  // Inside of a test, Node's own runner would report to the one that runs this file.
  const { NODE_TEST_CONTEXT: _, ...own } = process.env;
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, {
      cwd,
      env: { ...own, ...env },
    });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error && "stderr" in error && "code" in error)) {
      throw error;
    }
    return { code: Number(error.code), said: String(error.stdout) + String(error.stderr) };
  }
}
