import type { EpochMs, Fault } from "@yici/protocol";
import { isAtLeast, type Evidence } from "../grants/grant.ts";
import type { WhenInDoubt } from "../messages/message.ts";
import type { DeliveryCause, Doubt, Likely } from "./delivery.ts";
import type { Finding } from "./finding.ts";
import { backOff, type RetryPolicy } from "./retry-policy.ts";

/** What can follow while a send may or may not have been processed: nothing here frees the grant. */
export type StepInDoubt =
  /** Again later; the attempt counts. */
  | { readonly kind: "retry"; readonly dueAt: EpochMs }
  /** Again later, or when the account goes on; the attempt does not count. */
  | { readonly kind: "snooze"; readonly dueAt: EpochMs }
  | { readonly kind: "uncertain"; readonly cause: DeliveryCause; readonly likely: Likely };

/** What rule 7 looks at. */
export interface DoubtFacts {
  /** What all attempts so far leave open, the last one included. */
  readonly doubt: Doubt;
  /** When the last unanswered attempt started. */
  readonly unansweredAt: EpochMs | undefined;
  readonly hasHeardConfirmation: boolean;
  readonly whenInDoubt: WhenInDoubt;
  /** Of the grant that the attempt was sent with. */
  readonly evidence: Evidence;
  /** Counted attempts before this one. */
  readonly countedAttempts: number;
  readonly deadlineAt: EpochMs;
  readonly now: EpochMs;
  /** 0 ≤ chance < 1, for jitter. */
  readonly chance: number;
  readonly policy: RetryPolicy;
}

/** How a delivery in doubt goes on, if the limits of rule 7 let it. */
type Continuation = "settle" | "again_now" | "again_later";

/** Rule 7: what follows each finding while an earlier or this attempt is in doubt. */
const CONTINUATIONS: Readonly<Record<Fault | "doubtful" | "unanswered", Continuation>> = {
  grant: "settle",
  recipient: "settle",
  message: "settle",
  token: "again_now",
  account: "again_now",
  platform: "again_later",
  doubtful: "again_later",
  unanswered: "again_later",
};

/** What follows while it is in doubt whether the platform processed an attempt: it ends delivered or uncertain. */
export function stepInDoubt(
  finding: Exclude<Finding, { kind: "ok" }>,
  facts: DoubtFacts,
): StepInDoubt {
  const word = finding.kind === "refused" ? finding.fault : finding.kind;
  const continuation = CONTINUATIONS[word];
  if (continuation === "settle") {
    return {
      kind: "uncertain",
      cause: "refused_in_doubt",
      likely: word === "grant" ? likelyWhenRefused(facts) : "unknown",
    };
  }
  return continuation === "again_now" ? againNow(facts) : againLater(facts);
}

/** When a delivery in doubt may no longer be tried. */
export function closeOfDoubt(
  { doubt, unansweredAt, deadlineAt }: Pick<DoubtFacts, "doubt" | "unansweredAt" | "deadlineAt">,
  policy: RetryPolicy,
): EpochMs {
  if (doubt !== "unanswered" || unansweredAt === undefined) return deadlineAt;
  return Math.min(deadlineAt, unansweredAt + policy.doubtWindowMs);
}

/** 43101 after an unanswered send: the send most likely used the grant, if the grant was there to be used. */
function likelyWhenRefused({ doubt, evidence }: DoubtFacts): Likely {
  return doubt === "unanswered" && isAtLeast(evidence, "bound") ? "delivered" : "unknown";
}

function againNow(facts: DoubtFacts): StepInDoubt {
  const cause = findLimit(facts, facts.now);
  return cause === undefined ? { kind: "snooze", dueAt: facts.now } : endUncertain(cause);
}

function againLater(facts: DoubtFacts): StepInDoubt {
  const attempts = facts.countedAttempts + 1;
  if (attempts >= facts.policy.attemptsMax) return endUncertain("out_of_attempts");
  const dueAt = backOff(attempts, facts.chance, facts.now, facts.policy);
  const cause = findLimit(facts, dueAt);
  return cause === undefined ? { kind: "retry", dueAt } : endUncertain(cause);
}

/** Why it may not be tried at `dueAt`, if it may not. */
function findLimit(facts: DoubtFacts, dueAt: EpochMs): DeliveryCause | undefined {
  if (facts.hasHeardConfirmation) return "confirmation_heard";
  if (facts.doubt === "unanswered" && facts.whenInDoubt === "stop") return "stopped_in_doubt";
  if (dueAt >= facts.deadlineAt) return "deadline_passed";
  return dueAt >= closeOfDoubt(facts, facts.policy) ? "doubt_window_closed" : undefined;
}

function endUncertain(cause: DeliveryCause): StepInDoubt {
  return { kind: "uncertain", cause, likely: "unknown" };
}
