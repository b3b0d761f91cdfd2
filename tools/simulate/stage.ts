import { type Platform, startPlatform } from "@yici/platform";
import { createWorld, type MovableWorld, silentLog, type World } from "@yici/runtime";
import { Chance } from "../fuzz/chance.ts";
import { drawBytes, EPOCH } from "./actor-world.ts";

/** What lasts for many histories: a platform, whose world is that of the history being played. */
export interface Stage extends AsyncDisposable {
  readonly platform: Platform;
  /** Puts the platform into another world. */
  enter(world: World): void;
}

/** Starts the platform once: its servers, schemas and pages are the same for every history. */
export async function openStage(): Promise<Stage> {
  // What the platform keeps for good, such as its keys, is the same each time.
  const chance = new Chance(0);
  const outside: World = {
    ...createWorld({ log: silentLog }),
    now: () => EPOCH,
    randomBytes: (size) => drawBytes(chance, size),
  };
  let current: World = outside;
  const world: MovableWorld = {
    now: () => current.now(),
    monotonic: () => current.monotonic(),
    sleep: (ms, signal) => current.sleep(ms, signal),
    defer: (callback) => current.defer(callback),
    randomBytes: (size) => current.randomBytes(size),
    get dispatcher() {
      return current.dispatcher;
    },
    get log() {
      return current.log;
    },
    advance: () => undefined,
    advancedMs: () => 0,
  };
  const platform = await startPlatform({ demo: true, world });
  return {
    platform,
    enter: (next) => void (current = next),
    async [Symbol.asyncDispose]() {
      current = outside;
      await platform.stop();
    },
  };
}
