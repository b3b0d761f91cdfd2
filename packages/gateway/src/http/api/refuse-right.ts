import type { KeyRight } from "../../store/records.ts";
import { ProblemError } from "./problem.ts";

/** The key that asks does not have a right. */
export function refuseRight(right: KeyRight): ProblemError {
  return new ProblemError("right_missing", {
    detail: {
      zh: `这个密钥没有 ${right} 权利；请用有此权利的密钥，或用它签发一个。`,
      en: `This key does not have the right ${right}; use one that has it, or issue one with such a key.`,
    },
  });
}
