import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const LAUNCHER = fileURLToPath(new URL("../bin/yici.js", import.meta.url));

/** A `yici` in a process of its own. */
export interface RunningYici {
  /** What it wrote so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves when standard output matches; rejects when the process ends without. */
  until(words: RegExp): Promise<RegExpExecArray>;
  /** The one line of JSON that a long-running command prints when it is ready. */
  untilReady<T>(): Promise<T>;
  signal(signal: NodeJS.Signals): void;
  /** How it ended: an exit code, or the name of a signal. */
  readonly ended: Promise<number | string>;
}

/** Starts one for the length of a test; of the test's environment only PATH reaches it. */
export function startYici(
  t: TestContext,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningYici {
  const child = spawn(process.execPath, [LAUNCHER, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env },
  });
  t.after(() => child.kill("SIGKILL"));
  const out = collect(child, "stdout");
  const err = collect(child, "stderr");
  const ended = once(child, "close").then(
    ([code, signal]: (number | string)[]) => code ?? signal ?? "",
  );

  const until = async (words: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = words.exec(out.text());
      if (found !== null) return found;
      const isOver = await Promise.race([out.more(), ended.then(() => "over")]);
      if (isOver === "over") throw new Error(`ended without ${words}: ${out.text()}${err.text()}`);
    }
  };
  return {
    out: out.text,
    err: err.text,
    until,
    ended,
    async untilReady<T>() {
      const [line] = await until(/^.*\n/);
      if (line.startsWith('{"error"')) throw new Error(`not ready: ${line}`);
      return JSON.parse(line) as T;
    },
    signal: (signal) => void child.kill(signal),
  };
}

/** A folder for the length of a test. */
export function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-cli-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function collect(
  child: ChildProcess,
  name: "stdout" | "stderr",
): { readonly text: () => string; readonly more: () => Promise<string> } {
  const stream = child[name];
  if (stream === null) throw new TypeError(`${name} is not a pipe`);
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return { text: () => text, more: () => once(stream, "data").then(() => "more") };
}
