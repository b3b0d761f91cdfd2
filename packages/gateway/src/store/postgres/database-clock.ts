import type { EpochMs } from "@yici/protocol";
import type { World } from "@yici/runtime";

/** For how long an instant that the database told is gone by. */
const SAMPLE_LIFE_MS = 2_000;

/**
 * What time it is at the database, by what it said last: never ahead of it, and behind by no more than its answer took.
 */
export class DatabaseClock {
  readonly #world: Pick<World, "monotonic">;
  #sample: { readonly now: EpochMs; readonly at: number } | undefined;

  constructor(world: Pick<World, "monotonic">) {
    this.#world = world;
  }

  /** The database has just said what time it is. */
  note(now: EpochMs): void {
    this.#sample = { now, at: this.#world.monotonic() };
  }

  /** `undefined` when it has said nothing lately. */
  estimate(): EpochMs | undefined {
    if (this.#sample === undefined) return undefined;
    const { now, at } = this.#sample;
    const age = this.#world.monotonic() - at;
    return age > SAMPLE_LIFE_MS ? undefined : now + Math.floor(age);
  }
}
