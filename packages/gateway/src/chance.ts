import type { World } from "@yici/runtime";

/** A number from 0 up to, not including, 1: every one of 2³² steps equally likely. */
export function drawChance(world: Pick<World, "randomBytes">): number {
  return world.randomBytes(4).readUInt32BE() / 2 ** 32;
}
