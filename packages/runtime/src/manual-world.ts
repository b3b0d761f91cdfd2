import { createHash } from "node:crypto";
import type { Dispatcher } from "undici";
import { createDispatcher } from "./dispatcher.ts";
import { silentLog } from "./log.ts";
import type { EpochMs, World } from "./world.ts";

/** A world for tests: time stands still until it is moved, chance follows from a seed. */
export interface ManualWorld extends World {
  /** Moves both clocks, waking sleepers in the order of their time, each with the clock at its own instant. */
  advance(ms: number): Promise<void>;
}

export interface ManualWorldOptions {
  /** Default 2026-01-01T00:00:00Z. */
  readonly startAt?: EpochMs;
  readonly seed?: string;
  readonly dispatcher?: Dispatcher;
}

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** Makes a world whose clock only `advance` moves. The network is real unless a dispatcher is given. */
export function createManualWorld(options: ManualWorldOptions = {}): ManualWorld {
  const startAt = options.startAt ?? Date.UTC(2026, 0, 1);
  const sleepers = new Set<Sleeper>();
  let elapsedMs = 0;

  return {
    now: () => startAt + elapsedMs,
    monotonic: () => elapsedMs,
    sleep: (ms, signal) => sleepUntil(sleepers, elapsedMs + Math.max(ms, 0), signal),
    defer: (callback) => void setImmediate(callback),
    randomBytes: seededBytes(options.seed ?? "yici"),
    dispatcher: options.dispatcher ?? createDispatcher(),
    log: silentLog,
    async advance(ms) {
      const until = elapsedMs + ms;
      for (
        let next = earliest(sleepers, until);
        next !== undefined;
        next = earliest(sleepers, until)
      ) {
        elapsedMs = Math.max(elapsedMs, next.dueAt);
        next.wake();
        await settled();
      }
      elapsedMs = until;
      await settled();
    },
  };
}

function sleepUntil(sleepers: Set<Sleeper>, dueAt: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const sleeper: Sleeper = {
      dueAt,
      wake: () => {
        sleepers.delete(sleeper);
        signal?.removeEventListener("abort", sleeper.wake);
        resolve();
      },
    };
    sleepers.add(sleeper);
    signal?.addEventListener("abort", sleeper.wake, { once: true });
  });
}

function earliest(sleepers: ReadonlySet<Sleeper>, until: number): Sleeper | undefined {
  let found: Sleeper | undefined;
  for (const sleeper of sleepers) {
    if (sleeper.dueAt > until) continue;
    if (found === undefined || sleeper.dueAt < found.dueAt) found = sleeper;
  }
  return found;
}

/** Lets the code that was just woken run until it waits again. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function seededBytes(seed: string): (size: number) => Buffer {
  let counter = 0;
  return (size) => {
    const blocks: Buffer[] = [];
    for (let made = 0; made < size; made += 32) {
      counter += 1;
      blocks.push(createHash("sha256").update(`${seed}:${counter}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, size);
  };
}
