import { createLog, createWorld, type World } from "@yici/runtime";

/** Told that somebody begins to sleep, and for how long. */
export type SleepListener = (ms: number) => void;

/** The real world, where one can watch others go to sleep. */
export interface WatchedWorld extends World {
  /** Tells of each sleep that begins, until the function it answers is called. */
  watch(listener: SleepListener): () => void;
}

/** Makes one, whose log shows warnings and errors. */
export function createWatchedWorld(): WatchedWorld {
  const world = createWorld({ log: createLog("warn") });
  const listeners = new Set<SleepListener>();
  return {
    ...world,
    sleep(ms, signal) {
      for (const listener of listeners) listener(ms);
      return world.sleep(ms, signal);
    },
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
