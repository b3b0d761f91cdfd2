import type { BilingualText } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/** Why a call under `/cgi-bin` is not done: the code for the caller, the reason in words for the journal. */
export interface Refusal {
  readonly errcode: number;
  /** The constant text, where it names something of the call, or none is known for this code. */
  readonly errmsg?: string;
  readonly why: BilingualText;
}

/** A refusal whose reason names an instant: `{at}` in both texts becomes it. */
export function explain(
  errcode: number,
  at: EpochMs,
  [zh, en]: readonly [zh: string, en: string],
): Refusal {
  const instant = new Date(at).toISOString();
  return { errcode, why: { zh: zh.replace("{at}", instant), en: en.replace("{at}", instant) } };
}
