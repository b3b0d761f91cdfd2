import { buildErrmsg, findErrcode } from "@yici/protocol";
import type { Refusal } from "./refusal.ts";
import type { WireAnswer, WireCall } from "./wire-call.ts";

/** The answer to a call that is not done; a call around tokens joins text and rid with a comma (facts 3.5). */
export function refuse(call: WireCall, refusal: Refusal, separator: " " | ", " = " "): WireAnswer {
  const text = refusal.errmsg ?? findErrcode(refusal.errcode)?.errmsg ?? "unknown error";
  return {
    errcode: refusal.errcode,
    errmsg: buildErrmsg(text, call.rid, separator),
    why: refusal.why,
  };
}
