import { strict as assert } from "node:assert";
import { createHash } from "node:crypto"; // expect: pure-rules-import-rules
import { sign } from "@yici/protocol";
import { now } from "@yici/runtime"; // expect: pure-rules-do-nothing
import { isLive } from "../grants/grant.ts";
import { attempt } from "./attempt.ts"; // expect: pure-rules-import-rules

assert.ok(true);
export const step: readonly unknown[] = [createHash, sign, now, isLive, attempt];
