#!/usr/bin/env node
"use strict";
// Starts yici. Any Node since 12 reads this file, so that an old one answers with a sentence and no syntax error.
// Everything is imported when it is needed, because Node before 12.17 cannot import at all.

const NODE_MIN = 24;
const EXIT_NOT_STARTED = 6;
const EXIT_INTERNAL = 70;

void main();

async function main() {
  try {
    await launch();
  } catch (error) {
    if (isOld()) explainVersion();
    else explainFailure(error);
  }
}

async function launch() {
  const { existsSync } = await import("node:fs");
  const { join } = await import("node:path");
  const { default: config } = await import("./config.js");
  const isClone = existsSync(join(__dirname, "..", "src"));

  const flags = isClone ? config.FLAGS.concat(config.SOURCE) : config.FLAGS;

  if (isOld()) {
    const pinned = join(__dirname, "../../../node_modules/node/bin", nodeFileName());
    if (isClone && existsSync(pinned)) await restart(pinned, flags, config.buildEnvironment());
    else explainVersion();
  } else if (flags.some((flag) => process.execArgv.indexOf(flag) < 0)) {
    await restart(process.execPath, flags, config.buildEnvironment());
  } else {
    config.clearEnvironment();
    await run();
  }
}

function isOld() {
  return Number(process.versions.node.split(".")[0]) < NODE_MIN;
}

function nodeFileName() {
  return process.platform === "win32" ? "node.exe" : "node";
}

async function run() {
  process.stdout.on("error", ignoreClosedPipe);
  process.stderr.on("error", ignoreClosedPipe);
  const { enableCompileCache } = await import("node:module");
  enableCompileCache();
  const { runCli } = await import("yici");
  process.exitCode = await runCli(process.argv.slice(2));
}

/**
 * Whoever reads our output may stop reading, as `head` does.
 * @param {NodeJS.ErrnoException} error
 */
function ignoreClosedPipe(error) {
  if (error.code !== "EPIPE") throw error;
}

/**
 * Goes on in a Node with these flags: in this very process where the system can do that, so that
 * signals, terminal and exit code are its own; else in a child that is passed all three. Where the user has said something
 * else, by a flag or in the environment, that holds.
 * @param {string} node
 * @param {readonly string[]} flags
 * @param {NodeJS.ProcessEnv} env
 */
async function restart(node, flags, env) {
  const parameters = flags.concat(process.execArgv, __filename, process.argv.slice(2));
  if (process.platform !== "win32" && "execve" in process) {
    process.execve(node, [node].concat(parameters), env);
  }
  const { spawn } = await import("node:child_process");
  const child = spawn(node, parameters, { stdio: "inherit", env });
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => child.kill(signal);
  process.on("SIGINT", pass).on("SIGTERM", pass).on("SIGHUP", pass);
  child.on("error", explainFailure);
  child.on("exit", (code, signal) => {
    process.removeListener("SIGINT", pass).removeListener("SIGTERM", pass);
    process.removeListener("SIGHUP", pass);
    if (signal === null) process.exitCode = Number(code);
    else process.kill(process.pid, signal);
  });
}

function explainVersion() {
  const found = process.versions.node;
  process.exitCode = EXIT_NOT_STARTED;
  process.stderr.write(`yici 需要 Node.js ${NODE_MIN} 或更新的版本，现在是 ${found}。
  在克隆的仓库里：先运行 npm ci（不要加 --ignore-scripts），它会装好合适的 Node.js。
  在其他地方：从 https://nodejs.org 安装新版本，再运行同一条命令。
yici needs Node.js ${NODE_MIN} or newer; this is ${found}.
  In a clone of the repository: run npm ci first (without --ignore-scripts); it brings the right Node.js.
  Anywhere else: install a newer one from https://nodejs.org and run the same command again.
`);
}

/** @param {unknown} error */
function explainFailure(error) {
  const isMissing =
    error instanceof Error &&
    /** @type {NodeJS.ErrnoException} */ (error).code === "ERR_MODULE_NOT_FOUND";
  process.exitCode = isMissing ? EXIT_NOT_STARTED : EXIT_INTERNAL;
  process.stderr.write(
    isMissing
      ? `yici 的依赖还没有装好：先运行 npm ci。\nyici's dependencies are not installed: run npm ci first.\n`
      : "yici 没能启动。\nyici could not start.\n",
  );
  process.stderr.write(`  ${error instanceof Error ? error.message : String(error)}\n`);
}
