import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chance } from "./chance.ts";
import { Connection, type Outcome } from "./connection.ts";
import type { FuzzStageName } from "./fuzz-stages.ts";
import type { RoundStart } from "./fuzzed-platform.ts";
import { type FuzzRequest, makeRequest } from "./make-request.ts";
import type { FuzzTarget } from "./target.ts";

export interface FuzzOptions {
  /** How the platform is run. */
  readonly stage: FuzzStageName;
  readonly requestCount: number;
  /** The same seed makes the same requests. */
  readonly seed: number;
}

/** What came of a run; `problems` is empty exactly when all is well. */
export interface FuzzReport {
  /** How often each outcome came: an HTTP status, `closed`, or `silent`. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
  /** Bytes held by the platform at the beginning of each round. */
  readonly heldBytes: readonly number[];
}

/** Requests between two looks at the platform's memory. */
const ROUND = 1_000;
const CONNECTIONS = 32;
/** By how much what is held may differ between the first quarter of a run and its end. */
const GROWTH_BYTES_MAX = 2_000_000;
/** What is compiled and kept once is not growth. */
const WARM_UP_ROUNDS = 3;
const PROBLEMS_MAX = 20;

/** Sends generated requests to a platform in a process of its own: no 5xx, no silence, no growth, and it still works after. */
export async function fuzzPlatform(options: FuzzOptions): Promise<FuzzReport> {
  const { stage, requestCount, seed } = options;
  const folder = mkdtempSync(join(tmpdir(), "yici-fuzz-"));
  const child = fork(join(import.meta.dirname, "fuzzed-platform.ts"), [stage, folder], {
    execArgv: ["--conditions=@yici/source", "--expose-gc"],
  });
  const outcomes = new Map<string, number>();
  const problems: string[] = [];
  const heldBytes: number[] = [];
  try {
    await receive(child);
    for (let first = 0; first < requestCount && problems.length < PROBLEMS_MAX; first += ROUND) {
      const start = (await command(child, "round")) as RoundStart;
      heldBytes.push(start.heldBytes);
      const last = Math.min(first + ROUND, requestCount);
      await runRound({ target: start.target, seed, first, last }, (index, request, outcome) => {
        const name = outcome.kind === "answered" ? String(outcome.status) : outcome.kind;
        outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
        if (!isWell(request, outcome)) problems.push(describe(index, request, name));
      });
    }
    heldBytes.push(((await command(child, "round")) as RoundStart).heldBytes);
    await command(child, "end");
  } catch (error) {
    problems.push(`the platform's process: ${String(error)}`);
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
  return { outcomes, heldBytes, problems: [...problems, ...judgeGrowth(heldBytes)] };
}

interface Round {
  readonly target: FuzzTarget;
  readonly seed: number;
  /** The number of its first request, and that after its last. */
  readonly first: number;
  readonly last: number;
}

type Report = (index: number, request: FuzzRequest, outcome: Outcome) => void;

async function runRound({ target, seed, first, last }: Round, report: Report): Promise<void> {
  let next = first;
  const work = async (): Promise<void> => {
    const connection = new Connection(target);
    for (let index = next++; index < last; index = next++) {
      const request = makeRequest(new Chance(Math.imul(seed, 0x9e3779b1) ^ index), target);
      report(index, request, await connection.ask(request));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
}

function isWell({ isSound, isAbandoned }: FuzzRequest, outcome: Outcome): boolean {
  if (outcome.kind === "answered") return outcome.status < 500;
  return isAbandoned || !isSound;
}

function describe(index: number, { bytes }: FuzzRequest, outcome: string): string {
  return `request ${index} → ${outcome}: ${JSON.stringify(bytes.subarray(0, 2_000).toString("latin1"))}`;
}

function judgeGrowth(heldBytes: readonly number[]): readonly string[] {
  const earlyCount = Math.max(Math.ceil(heldBytes.length / 4) + 1, WARM_UP_ROUNDS);
  const early = Math.max(...heldBytes.slice(0, earlyCount));
  const late = heldBytes.at(-1) ?? 0;
  return late - early > GROWTH_BYTES_MAX
    ? [`the platform held ${early} bytes early in the run and ${late} at its end`]
    : [];
}

async function command(child: ChildProcess, name: "round" | "end"): Promise<unknown> {
  child.send(name);
  return receive(child);
}

/** The child's next message; rejects when it ends instead. */
async function receive(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const [message] = (await Promise.race([
    once(child, "message", { signal: ended.signal }),
    once(child, "exit", { signal: ended.signal }).then(() => {
      throw new Error(`it ended with code ${child.exitCode} and signal ${child.signalCode}`);
    }),
  ]).finally(() => ended.abort())) as readonly unknown[];
  return message;
}
