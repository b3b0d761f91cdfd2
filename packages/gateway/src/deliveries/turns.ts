import type { AppId } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/** Who is being served already. */
export interface Serving {
  readonly size: number;
  has(appid: AppId): boolean;
  /** Whether an account that is served has use for more. */
  needsMore(appid: AppId): boolean;
}

/** Decides which accounts are served next: those whose last turn is longest ago, none twice while another waits. */
export class Turns {
  /** In the order of their last turn, the latest last. */
  readonly #served = new Set<AppId>();
  readonly #resting = new Map<AppId, EpochMs>();

  /** Leaves an account alone until an instant. */
  rest(appid: AppId, until: EpochMs): void {
    this.#resting.set(appid, until);
  }

  /** When the next account has rested enough; `undefined` when none rests. */
  findNextAt(): EpochMs | undefined {
    return this.#resting.size === 0 ? undefined : Math.min(...this.#resting.values());
  }

  /**
   * Whose turn it is, of the accounts that are due, when `placesMax` can be served at once. While more wait than find
   * a place, those that have one get no more.
   */
  pick(due: readonly AppId[], now: EpochMs, serving: Serving, placesMax: number): readonly AppId[] {
    this.#forget(due, now);
    const able = due.filter((appid) => !this.#resting.has(appid));
    const waiting = able.filter((appid) => !serving.has(appid));
    const freeCount = Math.max(placesMax - serving.size, 0);
    const picked =
      waiting.length > freeCount
        ? this.#inOrder(waiting).slice(0, freeCount)
        : able.filter((appid) => !serving.has(appid) || serving.needsMore(appid));
    for (const appid of picked) this.#served.delete(appid);
    for (const appid of picked) this.#served.add(appid);
    return picked;
  }

  /** Never served first, as they come; then those whose turn is longest ago. */
  #inOrder(waiting: readonly AppId[]): readonly AppId[] {
    const isWaiting = new Set(waiting);
    const first = waiting.filter((appid) => !this.#served.has(appid));
    return [...first, ...[...this.#served].filter((appid) => isWaiting.has(appid))];
  }

  #forget(due: readonly AppId[], now: EpochMs): void {
    const isDue = new Set(due);
    for (const appid of this.#served) if (!isDue.has(appid)) this.#served.delete(appid);
    for (const [appid, until] of this.#resting) if (until <= now) this.#resting.delete(appid);
  }
}
