import type { World } from "@yici/runtime";

/** Something that must be over by an instant of `world.monotonic()`. */
export interface Watched {
  readonly deadlineAt: number;
  /** Called once, when the deadline has passed. */
  expire(): void;
}

/** Without a reason of ours each abort would cost an exception with its stack. */
const OVER = "over";

/** Watches any number of deadlines with one timer, because a timer for each request would cost as much as the request. */
export class DeadlineWatch {
  readonly #world: Pick<World, "monotonic" | "sleep">;
  readonly #watched = new Set<Watched>();
  #timer = new AbortController();
  #ringsAt = Infinity;

  constructor(world: Pick<World, "monotonic" | "sleep">) {
    this.#world = world;
  }

  add(watched: Watched): void {
    this.#watched.add(watched);
    if (watched.deadlineAt < this.#ringsAt) this.#setTimer(watched.deadlineAt);
  }

  /** It is over. With the last one goes the timer, which would keep the process alive. */
  delete(watched: Watched): void {
    if (this.#watched.delete(watched) && this.#watched.size === 0) this.#clearTimer();
  }

  #setTimer(at: number): void {
    this.#clearTimer();
    this.#ringsAt = at;
    const { signal } = this.#timer;
    const rung = this.#world.sleep(at - this.#world.monotonic(), signal);
    void rung.then(() => (signal.aborted ? undefined : this.#ring()));
  }

  #clearTimer(): void {
    this.#timer.abort(OVER);
    this.#timer = new AbortController();
    this.#ringsAt = Infinity;
  }

  #ring(): void {
    const now = this.#world.monotonic();
    this.#ringsAt = Infinity;
    for (const watched of this.#watched) {
      if (watched.deadlineAt > now) continue;
      this.#watched.delete(watched);
      watched.expire();
    }
    const next = Math.min(...Array.from(this.#watched, ({ deadlineAt }) => deadlineAt));
    if (next < this.#ringsAt) this.#setTimer(next);
  }
}
