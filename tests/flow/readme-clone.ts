import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";

const ROOT = join(import.meta.dirname, "..", "..");

/** What a command printed, on both its outputs, and its exit code. */
export interface Printed {
  readonly text: string;
  readonly exitCode: number | null;
}

/**
 * This work tree as somebody uses it who cloned it: `npm start` runs, on free ports and with data of its own, and
 * commands are typed into a shell. Disposing of it presses Ctrl-C and takes the data away.
 */
export class ReadmeClone implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "yici-readme-"));
  readonly #env: NodeJS.ProcessEnv;
  #started: ChildProcess | undefined;

  /** Without curl, a stand-in is put where the shell finds it. */
  constructor({ hasCurl = isCurlThere() }: { readonly hasCurl?: boolean } = {}) {
    const path = [...(hasCurl ? [] : [this.#makeCurl()]), process.env["PATH"]].join(delimiter);
    this.#env = { ...process.env, PATH: path, YICI_DATA_DIR: join(this.#folder, "data") };
  }

  /** Runs `npm start`; answers what it prints until it is ready. Throws when it ends instead. */
  async start(): Promise<string> {
    const child = spawn("npm", ["start", "--", "--port", "0"], {
      cwd: ROOT,
      env: this.#env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#started = child;
    let printed = "";
    const keep = (chunk: string): void => void (printed += chunk);
    child.stderr.setEncoding("utf8").on("data", keep);
    const output = child.stdout.setEncoding("utf8").on("data", keep);
    const ended = once(child, "close");
    while (!printed.includes("Ctrl-C")) {
      const isOver = await Promise.race([once(output, "data"), ended.then(() => true)]);
      if (isOver === true) throw new Error(`npm start ended: ${printed}`);
    }
    return printed;
  }

  /** Types commands into a shell; it stops at the first that fails. */
  async type(commands: string): Promise<Printed> {
    const child = spawn("bash", ["-c", `set -e\nexec 2>&1\n${commands}`], {
      cwd: ROOT,
      env: this.#env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    return read(child, child.stdout);
  }

  /** Runs a module of JavaScript that imports the packages by their names. */
  async run(module: string): Promise<Printed> {
    const flags = ["--conditions=@yici/source", "--input-type=module", "--eval", module];
    const child = spawn(process.execPath, flags, {
      cwd: ROOT,
      env: this.#env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    return read(child, child.stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#started?.pid !== undefined && this.#started.exitCode === null) {
      // As Ctrl-C does: npm, its shell and yici are told together.
      process.kill(-this.#started.pid, "SIGINT");
      await once(this.#started, "close");
    }
    rmSync(this.#folder, { recursive: true });
  }

  #makeCurl(): string {
    const file = join(this.#folder, "curl");
    const standIn = join(import.meta.dirname, "curl-stand-in.ts");
    const command = `"${process.execPath}" --conditions=@yici/source "${standIn}"`;
    writeFileSync(file, `#!/bin/sh\nexec ${command} "$@"\n`);
    chmodSync(file, 0o700);
    return this.#folder;
  }
}

function isCurlThere(): boolean {
  return spawnSync("curl", ["--version"]).status === 0;
}

async function read(child: ChildProcess, output: NodeJS.ReadableStream): Promise<Printed> {
  const [printed] = await Promise.all([text(output), once(child, "close")]);
  return { text: printed, exitCode: child.exitCode };
}
