import type { Chance } from "../fuzz/chance.ts";

interface Entry {
  readonly actor: Actor;
  readonly dueAt: number;
  /** Orders what is due at the same instant. */
  readonly tie: number;
  readonly run: () => void;
}

/** Takes back what was to happen. */
export type Cancel = () => void;

/**
 * Virtual time. Whatever waits is an event of some actor; events run one after another, each with all that follows
 * from it at once, and time jumps from one to the next. What is due at the same instant runs in an order that chance
 * decides, so the same chance makes the same history.
 */
export class Timeline {
  readonly #entries = new Set<Entry>();
  readonly #chance: Chance;
  #now = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Milliseconds since the history began. */
  get now(): number {
    return this.#now;
  }

  /** Has `run` happen to `actor`, `delayMs` from now. */
  add(actor: Actor, delayMs: number, run: () => void): Cancel {
    const dueAt = this.#now + Math.max(Math.ceil(delayMs), 0);
    const entry = { actor, dueAt, tie: actor.drawTie(dueAt, this.#chance), run };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /** Lets everything happen that is due up to `until`, or until `isOver` answers true between two events. */
  async run(until: number, isOver: () => boolean = () => false): Promise<void> {
    await quiet();
    while (!isOver()) {
      const next = this.#takeNext(until);
      if (next === undefined) {
        this.#now = Math.max(this.#now, until);
        return;
      }
      this.#now = Math.max(this.#now, next.actor.whenFree(next.dueAt));
      if (next.actor.isInterrupted()) this.#entries.add(next);
      else next.run();
      await quiet();
    }
  }

  /** Whether anything is to happen to an actor. */
  isAwaiting(actor: Actor): boolean {
    for (const entry of this.#entries) if (entry.actor === actor) return true;
    return false;
  }

  #takeNext(until: number): Entry | undefined {
    let found: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.actor.isGone) this.#entries.delete(entry);
      else if (entry.actor.whenFree(entry.dueAt) <= until && isBefore(entry, found)) found = entry;
    }
    if (found !== undefined) this.#entries.delete(found);
    return found;
  }
}

/** Resolves when all that follows at once from what has happened has happened: promises are heard of before the loop comes round. */
function quiet(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function isBefore(one: Entry, other: Entry | undefined): boolean {
  if (other === undefined) return true;
  const difference = one.actor.whenFree(one.dueAt) - other.actor.whenFree(other.dueAt);
  return difference === 0 ? one.tie < other.tie : difference < 0;
}

/** Somebody whose code waits: a process, the network, the people. It can stand still for a time, or be gone for ever. */
export class Actor {
  readonly name: string;
  readonly #timeline: Timeline;
  #isGone = false;
  #stalledUntil = 0;
  #lastTie = { at: -1, tie: 0 };
  #interruption: { eventCount: number; readonly happen: () => void } | undefined;

  constructor(name: string, timeline: Timeline) {
    this.name = name;
    this.#timeline = timeline;
  }

  /** Whether it has ended. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Whether it stands still, or did until this very instant. */
  get isStalled(): boolean {
    return this.#stalledUntil >= this.#timeline.now && this.#stalledUntil > 0;
  }

  at(delayMs: number, run: () => void): Cancel {
    return this.#timeline.add(this, delayMs, run);
  }

  /** Whatever it still waits for never comes. */
  end(): void {
    this.#isGone = true;
  }

  /** Whatever is due to it meanwhile happens when it goes on. */
  stall(ms: number): void {
    this.#stalledUntil = this.#timeline.now + ms;
  }

  /** It goes on earlier than it would have. */
  goOn(ms: number): void {
    this.#stalledUntil = Math.min(this.#stalledUntil, this.#timeline.now + ms);
  }

  /** Lets something happen to it in the place of its event number `eventCount` from now on. */
  interruptAfter(eventCount: number, happen: () => void): void {
    this.#interruption = { eventCount, happen };
  }

  /** When it can see to what is due at an instant. */
  whenFree(dueAt: number): number {
    return Math.max(dueAt, this.#stalledUntil);
  }

  /** Counts an event; answers whether something else has happened instead. */
  isInterrupted(): boolean {
    if (this.#interruption === undefined) return false;
    this.#interruption.eventCount -= 1;
    if (this.#interruption.eventCount > 0) return false;
    const { happen } = this.#interruption;
    this.#interruption = undefined;
    happen();
    return true;
  }

  /** A place among what is due at `at`: behind what this actor has asked for already, anywhere among the others. */
  drawTie(at: number, chance: Chance): number {
    const tie = chance.next() + (this.#lastTie.at === at ? this.#lastTie.tie : 0);
    this.#lastTie = { at, tie };
    return tie;
  }
}
