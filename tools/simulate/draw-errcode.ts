import { ERRCODES } from "@yici/protocol";
import type { Chance } from "../fuzz/chance.ts";

/** What nobody has ever seen. */
const UNKNOWN = [-2, 12_345, 99_999, 4_000_001];

/** Errcodes by who is to blame; busy and unknown ones, which prove nothing, stand beside the faults. */
const BY_FAULT: readonly (readonly number[])[] = [
  UNKNOWN,
  [-1],
  ...Map.groupBy(ERRCODES, ({ fault }) => fault)
    .values()
    .map((facts) => facts.map(({ errcode }) => errcode).filter((errcode) => errcode > 0)),
].filter((errcodes) => errcodes.length > 0);

/** Any errcode but 0, as if the platform had said it in the place of processing a call; no fault is rarer than another. */
export function drawErrcode(chance: Chance): number {
  return chance.pick(chance.pick(BY_FAULT));
}
