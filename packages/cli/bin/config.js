"use strict";
// What the Node is told that yici runs in. Any Node since 12 reads this file.

/** In a clone Node runs the sources of every package, by this condition. */
exports.SOURCE = "--conditions=@yici/source";

/**
 * Flags. In every thread's heap young generations of 8 MB, a first collection of the old one at 32 MB, and the next whenever it
 * has grown by half: left to itself, V8 lets garbage grow to several times of what is alive. And Node 24 warns of its SQLite at
 * every start.
 */
exports.FLAGS = [
  "--disable-warning=ExperimentalWarning",
  "--max-semi-space-size=8",
  "--initial-old-space-size=32",
  "--heap-growing-percent=50",
];

/** Of each thread's freed memory glibc keeps some for itself; in two arenas, not in eight times as many as processors. */
const ARENAS_MAX = "2";

/** The environment that Node is started with. What the user has said holds. */
exports.buildEnvironment = () => Object.assign({ MALLOC_ARENA_MAX: ARENAS_MAX }, process.env);

/** Takes out of the environment what commands that we start are not to find; the allocator has read it. */
exports.clearEnvironment = () => {
  if (process.env["MALLOC_ARENA_MAX"] === ARENAS_MAX) delete process.env["MALLOC_ARENA_MAX"];
};
