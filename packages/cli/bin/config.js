"use strict";
// What the Node is told that yici runs in. Any Node since 12 reads this file.

/** In a clone Node runs the sources of every package, by this condition. */
exports.SOURCE = "--conditions=@yici/source";

/**
 * Flags. In every thread's heap the old generation is collected at 32 MB for the first time, and then whenever it has doubled:
 * left to itself, V8 lets garbage grow to several times of what is alive. The young generation is as large from the start as it
 * may become: a small one is collected before what a request makes is done with, and the rest grows old. And Node 24 warns of
 * its SQLite at every start.
 */
exports.FLAGS = [
  "--disable-warning=ExperimentalWarning",
  "--initial-old-space-size=32",
  "--heap-growing-percent=100",
  "--min-semi-space-size=16",
];

/** Of each thread's freed memory glibc keeps some for itself; in two arenas, not in eight times as many as processors. */
const ARENAS_MAX = "2";

/** The environment that Node is started with. What the user has said holds. */
exports.buildEnvironment = () => Object.assign({ MALLOC_ARENA_MAX: ARENAS_MAX }, process.env);

/** Takes out of the environment what commands that we start are not to find; the allocator has read it. */
exports.clearEnvironment = () => {
  if (process.env["MALLOC_ARENA_MAX"] === ARENAS_MAX) delete process.env["MALLOC_ARENA_MAX"];
};
