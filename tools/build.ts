import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { extname, join } from "node:path";

/** In the order of their dependencies: each is compiled against the built types of those before it. */
const PACKAGES = ["protocol", "runtime", "gateway", "platform", "cli"];
const ROOT = join(import.meta.dirname, "..");

for (const name of PACKAGES) build(join(ROOT, "packages", name));

/** Makes `dist` of the package at `path` anew: compiled sources with types, everything else of `src` as it is. */
function build(path: string): void {
  const dist = join(path, "dist");
  rmSync(dist, { recursive: true, force: true });
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const args = [compiler, "-p", join(path, "tsconfig.build.json")];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) process.exit(1);
  cpSync(join(path, "src"), dist, { recursive: true, filter: (file) => extname(file) !== ".ts" });
  // The licence's own condition: it goes with every copy.
  cpSync(join(ROOT, "LICENSE"), join(path, "LICENSE"));
}
