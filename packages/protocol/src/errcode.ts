import { ERRCODES } from "./errcode-table.ts";
import type { ErrcodeFact, Fault } from "./errcode-table.ts";

/** What an errcode proves: done, refused by somebody's fault, or nothing. */
export type Judgement =
  | { readonly kind: "ok" }
  | { readonly kind: "refused"; readonly fault: Fault }
  | { readonly kind: "doubtful" };

const OK: Judgement = { kind: "ok" };
const DOUBTFUL: Judgement = { kind: "doubtful" };

const factsByErrcode: ReadonlyMap<number, ErrcodeFact> = new Map(
  ERRCODES.map((fact) => [fact.errcode, fact]),
);

/** What is known of an errcode. */
export function findErrcode(errcode: number): ErrcodeFact | undefined {
  return factsByErrcode.get(errcode);
}

/**
 * Who is to blame when this endpoint answers this errcode. -1 ("busy"), unknown codes, and codes that have no place at the
 * endpoint are doubtful: they do not prove that nothing was done.
 */
export function judgeErrcode(errcode: number, endpoint: "send" | "token"): Judgement {
  if (errcode === 0) return OK;
  const fact = factsByErrcode.get(errcode);
  if (fact === undefined || fact.mayHaveBeenProcessed === true) return DOUBTFUL;
  const fault = endpoint === "send" ? fact.fault : fact.tokenFault;
  return fault === undefined || fault === "none" ? DOUBTFUL : { kind: "refused", fault };
}
