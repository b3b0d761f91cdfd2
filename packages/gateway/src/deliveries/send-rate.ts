/** How fast a lane sends, from one lease to the next. Instants are of `world.monotonic()`. */
export class SendRate {
  #perSecond = 0;
  #count = 0;
  #since = -Infinity;

  /** Sends a second between the last two leases; 0 before there were two. */
  get perSecond(): number {
    return this.#perSecond;
  }

  /** One more was sent. */
  count(): void {
    this.#count += 1;
  }

  /** There was another lease. */
  measure(now: number): void {
    const elapsedMs = now - this.#since;
    if (elapsedMs < 1) return;
    this.#perSecond = Math.round((this.#count * 1_000) / elapsedMs);
    this.#count = 0;
    this.#since = now;
  }
}
