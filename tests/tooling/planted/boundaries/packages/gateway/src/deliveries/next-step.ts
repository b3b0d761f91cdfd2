import { createHash } from "node:crypto"; // expect: pure-rules-import-rules
import { sign, type Signature } from "@yici/protocol"; // expect: pure-rules-take-types
import { isLive } from "../grants/grant.ts";
import { attempt } from "./attempt.ts"; // expect: pure-rules-import-rules

export const step: readonly unknown[] = [createHash, sign, isLive, attempt];
export type Step = Signature;
