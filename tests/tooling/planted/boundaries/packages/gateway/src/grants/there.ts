import type { here } from "./here.ts";

export const there = 1;
export type Here = typeof here;
