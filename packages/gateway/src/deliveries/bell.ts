import type { World } from "@yici/runtime";

/** Without a reason of ours each ring would cost an exception with its stack. */
const RUNG = "rung";

/** Wakes the one loop that waits for it. Rung while nobody waits, it is heard by the next to wait. */
export class Bell {
  #rung = new AbortController();

  ring(): void {
    this.#rung.abort(RUNG);
  }

  /** Resolves when the bell has rung since it was last heard, or after `ms`. */
  async heard(world: Pick<World, "sleep">, ms: number): Promise<void> {
    await world.sleep(ms, this.#rung.signal);
    this.#rung = new AbortController();
  }
}
