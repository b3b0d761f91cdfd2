import type { World } from "./world.ts";

/** A world whose clocks run on and can also be pushed forward; whoever sleeps past the new time wakes. */
export interface MovableWorld extends World {
  /** Moves both clocks forward by `ms` (0 or more). */
  advance(ms: number): void;
  /** By how much the clocks were moved so far, in milliseconds. */
  advancedMs(): number;
}

/** Whether a world's clocks can be pushed forward. */
export function isMovableWorld(world: World): world is MovableWorld {
  return "advance" in world && "advancedMs" in world;
}

/** Puts a movable clock in front of another world's. Everything else is the other world's own. */
export function createMovableWorld(base: World, startMs = 0): MovableWorld {
  let offsetMs = startMs;
  let moved = new AbortController();
  const monotonic = (): number => base.monotonic() + offsetMs;

  return {
    ...base,
    now: () => base.now() + offsetMs,
    monotonic,
    async sleep(ms, signal) {
      const dueAt = monotonic() + ms;
      while (signal?.aborted !== true && monotonic() < dueAt) {
        const wake = signal === undefined ? moved.signal : AbortSignal.any([signal, moved.signal]);
        await base.sleep(dueAt - monotonic(), wake);
      }
    },
    advance(ms) {
      if (!(ms >= 0)) {
        throw new RangeError(`a clock moves forward only, by 0 ms or more; got ${ms}`);
      }
      offsetMs += ms;
      moved.abort();
      moved = new AbortController();
    },
    advancedMs: () => offsetMs,
  };
}
