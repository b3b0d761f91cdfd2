import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";

interface Script {
  readonly name: string;
  readonly command: string;
}

interface Outcome {
  readonly name: string;
  readonly isGreen: boolean;
  readonly output: string;
  readonly tookMs: number;
}

/** Two at a time: the tools are parallel themselves, and a machine of two cores gains nothing from more. */
const CONCURRENCY = 2;
const ROOT = join(import.meta.dirname, "..");

process.exitCode = (await runChecks(listCheckScripts())) ? 0 : 1;

/** Runs every script; prints one line for a green one and the whole output of a red one. */
async function runChecks(scripts: readonly Script[]): Promise<boolean> {
  const waiting = [...scripts];
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
      const outcome = await run(script);
      outcomes.push(outcome);
      print(outcome);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return outcomes.length > 0 && outcomes.every((outcome) => outcome.isGreen);
}

/** The scripts named `check:…` of the root package.json, the one place that says what a check runs. */
function listCheckScripts(): readonly Script[] {
  const manifest = readFileSync(join(ROOT, "package.json"), "utf8");
  const { scripts } = JSON.parse(manifest) as { readonly scripts: Record<string, string> };
  return Object.entries(scripts)
    .filter(([name]) => name.startsWith("check:"))
    .map(([name, command]) => ({ name: name.slice("check:".length), command }));
}

async function run({ name, command }: Script): Promise<Outcome> {
  const startedAt = performance.now();
  const path = [join(ROOT, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
  const child = spawn(command, {
    cwd: ROOT,
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: path, NO_COLOR: "1" },
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  const tookMs = performance.now() - startedAt;
  return { name, isGreen: code === 0, output: `${out}${err}`.trim(), tookMs };
}

function print({ name, isGreen, output, tookMs }: Outcome): void {
  console.log(`${isGreen ? "ok" : "RED"}\t${name.padEnd(12)}${(tookMs / 1000).toFixed(1)} s`);
  if (!isGreen) console.log(`\n${output}\n`);
}
