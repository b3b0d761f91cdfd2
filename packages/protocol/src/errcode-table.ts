import type { BilingualText } from "./errors.ts";

/** Who is to blame for a refusal. */
export type Fault = "token" | "grant" | "recipient" | "message" | "account" | "platform";

/** How a fact is known: documented, documented but read second-hand, reported, reported of a sibling endpoint, inferred. */
export type ErrcodeEvidence = "D" | "D2" | "R" | "R-sib" | "I";

/** What is known of one errcode. */
export interface ErrcodeFact {
  readonly errcode: number;
  /** The constant part of the text, without `hint` or `rid`. */
  readonly errmsg: string;
  /** To blame when a send is answered so; `none`: the code has no place there. */
  readonly fault: Fault | "none";
  /** To blame when a token call is answered so; absent: the code has no place there. */
  readonly tokenFault?: Fault;
  /** The code does not prove that nothing was done. */
  readonly mayHaveBeenProcessed?: true;
  readonly meaning: BilingualText;
  readonly evidence: ErrcodeEvidence;
  /** The page the fact comes from. */
  readonly source: string;
}

/** Every errcode, ascending. */
export const ERRCODES: readonly ErrcodeFact[] = [];
