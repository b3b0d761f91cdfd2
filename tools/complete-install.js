// Runs after every installation, by whatever Node is there. npm leaves out optional packages whose `engines` do not
// fit the Node that runs it, and the native halves of the linter and the formatter are such packages: on an old Node
// the pinned one, which has just been installed, finishes the work. The rest of the tools runs on the pinned one alone.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const NODE_MIN = 24;
const LINTER = fileURLToPath(new URL("../node_modules/oxlint/bin/oxlint", import.meta.url));

const NPM = process.env["npm_execpath"];

if (NPM !== undefined && isPinned() && !starts(LINTER)) complete(NPM);

/** Without its install script the pinned Node is not there; then `npx yici` says what to do. */
function isPinned() {
  return Number(process.versions.node.split(".")[0]) >= NODE_MIN;
}

/** @param {string} program */
function starts(program) {
  return spawnSync(process.execPath, [program, "--version"]).status === 0;
}

/** @param {string} npm */
function complete(npm) {
  const args = [npm, "install", "--no-save", "--ignore-scripts", "--prefer-offline"];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
