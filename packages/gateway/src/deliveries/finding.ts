import { judgeErrcode, type Fault } from "@yici/protocol";
import type { AttemptOutcome } from "./delivery.ts";

/** What an attempt's outcome proves. `doubtful` and `unanswered` leave open whether the platform processed it. */
export type Finding =
  | { readonly kind: "ok" }
  | { readonly kind: "refused"; readonly fault: Fault; readonly errcode: number | undefined }
  | { readonly kind: "doubtful"; readonly errcode: number }
  | { readonly kind: "unanswered" };

/** What an outcome proves (rule 6). */
export function judgeOutcome(outcome: AttemptOutcome): Finding {
  if (outcome.kind === "unanswered") return { kind: "unanswered" };
  if (outcome.kind === "unsent") return { kind: "refused", fault: "platform", errcode: undefined };
  const { errcode } = outcome;
  const judgement = judgeErrcode(errcode, "send");
  if (judgement.kind === "ok") return judgement;
  return judgement.kind === "doubtful"
    ? { kind: "doubtful", errcode }
    : { kind: "refused", fault: judgement.fault, errcode };
}
