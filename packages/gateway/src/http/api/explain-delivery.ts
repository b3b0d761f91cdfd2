import type { BilingualText } from "@yici/protocol";
import type { Grant } from "../../grants/grant.ts";
import type { MessageReport } from "../../store/ledger.ts";
import {
  END_EXPLANATIONS,
  isPending,
  PAUSED,
  PENDING_EXPLANATIONS,
  RETRYING,
  UNNAMED_END,
} from "./explanation-table.ts";
import type { Explanation } from "./explanation-table.ts";
import { RULES } from "./rule-table.ts";

/** An explanation as the wire shows it. */
export interface ShownExplanation {
  readonly meaning: BilingualText;
  readonly likely_causes: BilingualText[];
  readonly next_step: BilingualText;
  /** The rule that settled the message; `null` while it goes on. */
  readonly rule: BilingualText | null;
}

const MAYBE_SPENT: BilingualText = {
  zh: "此人被询问的时间早于这个 scene 上一次发送：同一次确认可能已被那次发送用掉。",
  en: "The person was asked before the scene's last message went out, so that send may have used this very confirmation.",
};

/** Says in words where a message stands, why, and what to do. */
export function explainDelivery(
  { delivery, pause }: Pick<MessageReport, "delivery" | "pause">,
  grant: Grant | undefined,
): ShownExplanation {
  const { meaning, likelyCauses, nextStep } = chooseExplanation(delivery, pause !== undefined);
  const { cause } = delivery;
  const isSuspect = cause === "grant_refused" && grant?.isMaybeSpent === true;
  return {
    meaning,
    likely_causes: isSuspect ? [MAYBE_SPENT, ...likelyCauses] : [...likelyCauses],
    next_step: nextStep,
    rule: isPending(delivery.state) || cause === undefined ? null : RULES[cause],
  };
}

function chooseExplanation(
  { state, cause, attemptNumber }: MessageReport["delivery"],
  isPaused: boolean,
): Explanation {
  if (!isPending(state)) return cause === undefined ? UNNAMED_END : END_EXPLANATIONS[cause];
  if (isPaused) return PAUSED;
  if (state === "queued" && attemptNumber > 0) return RETRYING;
  return PENDING_EXPLANATIONS[state];
}
