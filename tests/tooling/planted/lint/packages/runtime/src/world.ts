import { randomBytes } from "node:crypto";
import { Agent } from "undici";

/** The one package that touches time, chance, timers and network. */
export const parts = [Date.now(), new Date(), Math.random(), randomBytes(8), performance.now()];
export const dispatcher = new Agent();
export const timer = setTimeout(() => undefined, 1);
