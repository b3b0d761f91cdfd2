import type { World } from "@yici/runtime";
import { POSTGRES_LIMITS } from "./postgres-options.ts";
import type { Answer, PendingFact } from "./run-facts.ts";

/**
 * Facts that wait for their transaction. Of each account there are two queues, with one transaction of either at a time:
 * facts that take the lock of its state, and those of slots, which need not wait for them.
 */
export class FactQueues {
  readonly #world: Pick<World, "defer">;
  readonly #commit: (batch: readonly PendingFact[]) => Promise<readonly Answer[]>;
  readonly #waiting = new Map<string, PendingFact[]>();
  readonly #running = new Set<Promise<void>>();

  /** `commit` writes facts of one queue, and never rejects. */
  constructor(
    world: Pick<World, "defer">,
    commit: (batch: readonly PendingFact[]) => Promise<readonly Answer[]>,
  ) {
    this.#world = world;
    this.#commit = commit;
  }

  add(fact: PendingFact): void {
    const name = `${fact.appid} ${fact.reach.isOfAccount === true}`;
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) this.#begin(name, fact);
    else waiting.push(fact);
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #begin(name: string, first: PendingFact): void {
    const waiting = [first];
    this.#waiting.set(name, waiting);
    const running = this.#serve(name, waiting).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** One transaction after another, each with all that has come meanwhile. */
  async #serve(name: string, waiting: PendingFact[]): Promise<void> {
    // What is asked in this turn goes together.
    await new Promise<void>((resolve) => this.#world.defer(resolve));
    while (waiting.length > 0) {
      const answers = await this.#commit(waiting.splice(0, POSTGRES_LIMITS.batchMax));
      for (const answer of answers) answer();
    }
    this.#waiting.delete(name);
  }
}
