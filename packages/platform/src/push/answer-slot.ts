import type { World } from "@yici/runtime";
import { ANSWER_TIME_MS } from "./exchange.ts";

/** The five seconds a developer's server has, on the platform's clock. */
export interface AnswerSlot {
  /** Aborts when they are over. */
  readonly deadline: AbortSignal;
  /** Resolves when they are over, or the slot was closed. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens one; it is over at once when `stopping` aborts. */
export function openAnswerSlot(world: Pick<World, "sleep">, stopping: AbortSignal): AnswerSlot {
  const late = new AbortController();
  const closed = new AbortController();
  const signal = AbortSignal.any([stopping, closed.signal]);
  const ended = world.sleep(ANSWER_TIME_MS, signal).then(() => late.abort());
  return { deadline: late.signal, ended, close: () => closed.abort() };
}
