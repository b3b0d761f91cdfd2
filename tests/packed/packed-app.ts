import { execFile } from "node:child_process";
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** The root of the work tree whose packages are packed. */
export const WORK_TREE = join(import.meta.dirname, "..", "..");

/** Folders under `packages`, each of which is published. */
export const PACKAGES = ["protocol", "runtime", "gateway", "platform", "cli"] as const;

/** What a program said and how it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end, whatever that is. */
export async function run(cwd: string, command: string, ...args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error && "stderr" in error && "code" in error)) {
      throw error;
    }
    return { code: Number(error.code), out: String(error.stdout), err: String(error.stderr) };
  }
}

/**
 * Builds and packs every package and installs what came out into the empty folder `app`, as a stranger would. Throws
 * with what npm said when a step fails.
 */
export async function installPacked(app: string): Promise<void> {
  mkdirSync(join(app, "tarballs"));
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }\n');
  const workspaces = PACKAGES.map((name) => `--workspace=packages/${name}`);
  await must(WORK_TREE, "npm", "run", "--silent", "build");
  await must(WORK_TREE, "npm", "pack", ...workspaces, `--pack-destination=${app}/tarballs`);
  const tarballs = globSync("tarballs/*.tgz", { cwd: app }).map((file) => `./${file}`);
  await must(app, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs);
}

async function must(cwd: string, command: string, ...args: string[]): Promise<void> {
  const { code, out, err } = await run(cwd, command, ...args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${out}${err}`);
}
