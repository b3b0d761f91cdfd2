import type { Log, World } from "@yici/runtime";
import type { Chance } from "../fuzz/chance.ts";
import type { Actor, Timeline } from "./timeline.ts";

/** When every history begins: ten o'clock in the morning where the platform counts its days. */
export const EPOCH = Date.UTC(2026, 0, 5, 2);

/** What a world of the simulation is made of. */
export interface ActorWorldParts {
  readonly actor: Actor;
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly dispatcher: World["dispatcher"];
  readonly log: Log;
}

/** The world as one actor sees it: everything it waits for is an event of its own. */
export function createActorWorld({
  actor,
  timeline,
  chance,
  dispatcher,
  log,
}: ActorWorldParts): World {
  return {
    now: () => EPOCH + timeline.now,
    monotonic: () => timeline.now,
    sleep: (ms, signal) => sleep(actor, ms, signal),
    defer: (callback) => void actor.at(0, callback),
    randomBytes: (size) => drawBytes(chance, size),
    dispatcher,
    log,
  };
}

function sleep(actor: Actor, ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = actor.at(ms, finish);
    signal?.addEventListener("abort", finish, { once: true });
  });
}

/** Bytes that chance decides. */
export function drawBytes(chance: Chance, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0; index < size; index += 1) bytes[index] = chance.below(256);
  return bytes;
}
