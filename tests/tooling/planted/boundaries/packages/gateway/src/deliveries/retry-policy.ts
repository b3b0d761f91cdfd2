import type { now } from "@yici/runtime";
import { now as clock } from "@yici/runtime"; // expect: pure-rules-do-nothing

export const policy: typeof now = clock;
