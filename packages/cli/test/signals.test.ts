import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { createManualWorld } from "@yici/runtime";
import { watchSignals } from "../src/commands/until-signal.ts";
import { readEnvironment } from "../src/config.ts";
import { Screen } from "../src/screen/screen.ts";
import { makeFolder } from "./running-yici.ts";
import { visit } from "./visit.ts";

test("a signal that came during the start stops what runs, once it runs", async () => {
  const signals = watchSignals(silentSession());
  let isStopped = false;

  process.emit("SIGTERM", "SIGTERM");
  const exit = await signals.untilSignal(async () => {
    isStopped = true;
  });

  assert.deepEqual({ exit, isStopped }, { exit: "done", isStopped: true });
});

test("after a clean stop the process listens to no signal any more", async () => {
  const before = process.listenerCount("SIGINT");
  const signals = watchSignals(silentSession());

  process.emit("SIGINT", "SIGINT");
  await signals.untilSignal(async () => undefined);

  assert.equal(process.listenerCount("SIGINT"), before);
});

test("one press of Ctrl-C that arrives twice does not cut the clean stop short; a second press does", async (t) => {
  const server = await startStubborn(t);

  server.kill("SIGINT");
  await server.wrote("stdout", /pressed/);
  server.move(4);
  await server.wrote("stdout", /moved/);
  server.kill("SIGINT");
  await server.wrote("stdout", /pressed[^]*pressed/);
  server.move(2);
  await server.wrote("stdout", /moved[^]*moved/);
  server.kill("SIGINT");

  assert.deepEqual(await server.ended, [130, null]);
});

test("when the shell that npm runs it by is ended, the command does not stay behind", async (t) => {
  const launcher = fileURLToPath(new URL("../bin/yici.js", import.meta.url));
  const command = `"${launcher}" platform --json --port 0 --data "${makeFolder(t)}"`;
  const shell = spawn("sh", ["-c", `"${process.execPath}" ${command} & echo $!; wait`], {
    env: { PATH: process.env["PATH"], npm_command: "run-script" },
  });
  let out = "";
  shell.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  while (!out.includes("}\n")) await once(shell.stdout, "data");
  const [pid = "", ready = ""] = out.split("\n");
  t.after(() => endIfThere(Number(pid)));
  const { url } = JSON.parse(ready) as { readonly url: string };

  shell.kill("SIGTERM");
  // Its output is closed when nobody holds it any more: neither the shell nor what the shell started.
  await once(shell, "close");

  await assert.rejects(visit(url), { code: "ECONNREFUSED" });
});

test("what has not stopped within five seconds is ended by force", async (t) => {
  const server = await startStubborn(t);

  server.kill("SIGTERM");
  await server.wrote("stderr", /正在停止/);
  server.move(50);

  assert.deepEqual(await server.ended, [70, null]);
  assert.match(server.text("stderr"), /五秒/);
});

function endIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
}

function silentSession(): Parameters<typeof watchSignals>[0] {
  const nowhere = { write: () => undefined };
  return {
    world: createManualWorld(),
    screen: new Screen({ stdout: nowhere, stderr: nowhere, isJson: true }),
    environment: readEnvironment({}),
  };
}

interface Stubborn {
  kill(signal: NodeJS.Signals): void;
  /** Puts its clock forward by 100 ms, so many times. */
  move(times: number): void;
  text(stream: "stdout" | "stderr"): string;
  /** Resolves when it has written such words; rejects when it ends without. */
  wrote(stream: "stdout" | "stderr", words: RegExp): Promise<void>;
  readonly ended: Promise<unknown[]>;
}

async function startStubborn(t: TestContext): Promise<Stubborn> {
  const path = fileURLToPath(new URL("fixtures/stubborn-server.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@yici/source", path]);
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "close");
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (chunk: string) => (texts[stream] += chunk));
  }
  const server: Stubborn = {
    ended,
    kill: (signal) => void child.kill(signal),
    move: (times) => void child.stdin.write(".".repeat(times)),
    text: (stream) => texts[stream],
    async wrote(stream, words) {
      while (!words.test(texts[stream])) {
        const isOver = once(child[stream], "data").then(() => false);
        if (await Promise.race([isOver, ended.then(() => true)])) {
          assert.match(texts[stream], words, texts.stderr);
        }
      }
    },
  };
  await server.wrote("stdout", /ready/);
  return server;
}
