import { spawn } from "node:child_process";
import { constants } from "node:os";
import { CliError } from "../cli-error.ts";
import type { EnvironmentVariables } from "../config.ts";

/**
 * Runs a program that shares this process's input and output, passes signals on to it, and answers its exit code: 128 and
 * the signal's number when a signal ended it, as shells have it. Throws a `CliError` when it cannot be started.
 */
export async function runBeside(
  [program = "", ...args]: readonly string[],
  env: EnvironmentVariables,
): Promise<number> {
  // Without a shell Windows starts no `npm.cmd`.
  const shell = process.platform === "win32";
  const child = spawn(program, args, { env: { ...env }, stdio: "inherit", shell });
  const pass = (signal: NodeJS.Signals): void => {
    // A terminal sends Ctrl-C to both of us.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", (cause) => reject(explainStart(program, cause)));
      child.on("exit", (code, signal) => resolve(code ?? 128 + numberOf(signal)));
    });
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, pass);
  }
}

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

function numberOf(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}

function explainStart(program: string, cause: Error): CliError {
  return new CliError({
    exit: "notStarted",
    code: "command_not_started",
    text: {
      zh: `无法运行命令 ${program}。`,
      en: `The command ${program} could not be started: ${cause.message}.`,
    },
    next: { zh: "检查它的名字和 PATH。", en: "Check its name and PATH." },
    cause,
  });
}
