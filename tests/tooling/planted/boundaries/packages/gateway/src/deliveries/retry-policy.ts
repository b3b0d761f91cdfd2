import type { Signature } from "@yici/protocol";
import { sign } from "@yici/protocol"; // expect: pure-rules-take-types

export const policy: Signature = sign("");
