import { createMovableWorld, type World } from "@yici/runtime";

/** A world whose clocks a test can move. */
export interface ClockedWorld extends World {
  /** Time passes: both clocks go on by `ms`, and whoever sleeps past that wakes. */
  advance(ms: number): void;
  /** Somebody sets the machine's wall clock forward by `ms`: no time has passed, nobody wakes. */
  setForward(ms: number): void;
}

/** Puts such clocks in front of another world's. */
export function createClockedWorld(base: World): ClockedWorld {
  const movable = createMovableWorld(base);
  let setForwardMs = 0;
  return {
    ...movable,
    now: () => movable.now() + setForwardMs,
    setForward: (ms) => void (setForwardMs += ms),
  };
}
