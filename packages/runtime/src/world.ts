import { randomBytes } from "node:crypto";
import type { Dispatcher } from "undici";
import { createDispatcher } from "./dispatcher.ts";
import { createLog, type Log } from "./log.ts";

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/**
 * Everything that is not a function of its arguments: time, chance, timers, network, log. Code below an
 * application's edge takes a `World` and touches none of these in any other way, so that a test or a simulation
 * can replace them.
 */
export interface World {
  /** The wall clock. May jump; use it for instants that are stored or shown. */
  now(): EpochMs;
  /** Milliseconds of a clock that never jumps; only differences mean anything. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects: the caller asks the signal. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `callback` after the input that has already arrived was handled. */
  defer(callback: () => void): void;
  /** `size` bytes fit for secrets. */
  randomBytes(size: number): Buffer;
  /** The one way out to the network. */
  readonly dispatcher: Dispatcher;
  readonly log: Log;
}

/** The real world. Parts may be replaced, the log most often. */
export function createWorld(parts: Partial<World> = {}): World {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep,
    defer: (callback) => void setImmediate(callback),
    randomBytes: createRandomBytes(),
    dispatcher: parts.dispatcher ?? createDispatcher(),
    log: parts.log ?? createLog(),
    ...parts,
  };
}

const RANDOM_POOL_SIZE = 4_096;
const SMALL_DRAW_MAX = 64;

/** Small draws share one call to the system's generator, which costs far more than its bytes. No byte is given out twice. */
function createRandomBytes(): (size: number) => Buffer {
  let pool = Buffer.alloc(0);
  let used = 0;
  return (size) => {
    if (size > SMALL_DRAW_MAX) return randomBytes(size);
    if (used + size > pool.length) {
      pool = randomBytes(RANDOM_POOL_SIZE);
      used = 0;
    }
    const drawn = Buffer.allocUnsafe(size);
    used += pool.copy(drawn, 0, used, used + size);
    return drawn;
  };
}

/** The longest delay that `setTimeout` keeps; longer ones would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.min(Math.max(ms, 0), TIMER_MAX_MS));
    signal?.addEventListener("abort", finish, { once: true });
  });
}
