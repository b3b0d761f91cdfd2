import type { World } from "@yici/runtime";
import type { Changed } from "../store/store.ts";

/** Callers who wait at once, at most; whoever comes later does not wait. */
const WAITERS_MAX = 1_000;

/** One caller's ear on one message. */
export interface DeliveryWaiter {
  /**
   * Resolves when the delivery changed since the last call, or since it was opened; at the latest after `ms`. False
   * when the process is about to end, so that waiting again makes no sense.
   */
  changed(ms: number): Promise<boolean>;
  close(): void;
}

/** Lets callers wait for a change of a message's delivery without asking the store again and again. */
export class DeliveryWaiters {
  readonly #world: Pick<World, "sleep">;
  readonly #bells = new Map<string, Set<Bell>>();
  #count = 0;
  #isClosed = false;

  constructor(world: Pick<World, "sleep">) {
    this.#world = world;
  }

  /** Begins to listen; `undefined` when too many do already, or the process is about to end. */
  open(messageId: string): DeliveryWaiter | undefined {
    if (this.#isClosed || this.#count >= WAITERS_MAX) return undefined;
    const bell = { alarm: new AbortController() };
    this.#bells.set(messageId, (this.#bells.get(messageId) ?? new Set<Bell>()).add(bell));
    this.#count += 1;
    return {
      changed: (ms) => this.#listen(bell, ms),
      close: () => this.#remove(messageId, bell),
    };
  }

  /** Tells whoever waits for one of these messages that its delivery changed; everybody, when nobody knows which. */
  notify(changed: Changed): void {
    for (const messageId of changed === "unknown" ? this.#bells.keys() : changed) {
      for (const { alarm } of this.#bells.get(messageId) ?? []) alarm.abort();
    }
  }

  /** Lets everybody go, and nobody wait again. */
  close(): void {
    this.#isClosed = true;
    this.notify("unknown");
  }

  async #listen(bell: Bell, ms: number): Promise<boolean> {
    await this.#world.sleep(ms, bell.alarm.signal);
    bell.alarm = new AbortController();
    return !this.#isClosed;
  }

  #remove(messageId: string, bell: Bell): void {
    const bells = this.#bells.get(messageId);
    if (bells?.delete(bell) !== true) return;
    this.#count -= 1;
    if (bells.size === 0) this.#bells.delete(messageId);
  }
}

/** Rung by a change; replaced by a quiet one after each listening. */
interface Bell {
  alarm: AbortController;
}
