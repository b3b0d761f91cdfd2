import { createHash } from "node:crypto";

/** Numbers from 0 up to 1 that look random and follow from the seed alone. */
export function createSeededChance(seed: string): () => number {
  let drawnCount = 0;
  return () => {
    drawnCount += 1;
    const digest = createHash("sha256").update(`${drawnCount}:${seed}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
}
