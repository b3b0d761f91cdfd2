import { strict as assert } from "node:assert";
import type { Fault } from "@yici/protocol";
import type { VoidCause } from "../grants/grant.ts";
import type { WhenNoGrant } from "../messages/message.ts";
import type { DeliveryCause } from "./delivery.ts";
import type { Finding } from "./finding.ts";
import { backOff } from "./retry-policy.ts";
import { stepInDoubt, type DoubtFacts, type StepInDoubt } from "./step-in-doubt.ts";

/** What follows for the delivery and the grant it holds. */
export type NextStep =
  | StepInDoubt
  | { readonly kind: "deliver" }
  /** Its grant is void; it waits for another. */
  | { readonly kind: "wait" }
  | { readonly kind: "reject"; readonly cause: DeliveryCause; readonly grant: GrantFate }
  | { readonly kind: "abandon"; readonly cause: DeliveryCause };

/** What becomes of the grant of a rejected delivery. */
export type GrantFate =
  | { readonly kind: "release" }
  | { readonly kind: "void"; readonly cause: VoidCause };

/** What the rules look at besides the finding. */
export interface StepFacts extends DoubtFacts {
  readonly whenNoGrant: WhenNoGrant;
  /** Too many grants of this account were refused lately: a refused grant proves nothing (rule 8). */
  readonly isAlarmed: boolean;
}

/** What follows from a finding (rules 6 to 8). `facts.doubt` already includes what the finding itself leaves open. */
export function decideNextStep(finding: Finding, facts: StepFacts): NextStep {
  if (finding.kind === "ok") return { kind: "deliver" };
  if (facts.doubt !== "none") return stepInDoubt(finding, facts);
  assert(finding.kind === "refused", "every other finding leaves doubt");
  return stepForFault(finding.fault, finding.errcode, facts);
}

/** Rule 8: who is to blame decides, when nothing is in doubt. */
function stepForFault(fault: Fault, errcode: number | undefined, facts: StepFacts): NextStep {
  switch (fault) {
    case "token":
    case "account":
      return { kind: "snooze", dueAt: facts.now };
    case "grant":
      return stepForRefusedGrant(facts);
    case "recipient":
      return stepForRecipient(errcode);
    case "message":
      return { kind: "reject", cause: "message_refused", grant: { kind: "release" } };
    case "platform":
      return stepForPlatform(facts);
  }
}

function stepForRefusedGrant(facts: StepFacts): NextStep {
  if (facts.isAlarmed) return { kind: "snooze", dueAt: facts.now };
  const mayWait =
    facts.whenNoGrant === "wait" && facts.countedAttempts + 1 < facts.policy.attemptsMax;
  if (mayWait && facts.now < facts.deadlineAt) return { kind: "wait" };
  return {
    kind: "reject",
    cause: "grant_refused",
    grant: { kind: "void", cause: "platform_refused" },
  };
}

/** Codes that say there is no such person under this account; the other ones leave the grant as it was. */
const RECIPIENT_IS_GONE: readonly (number | undefined)[] = [40003, 49003];

function stepForRecipient(errcode: number | undefined): NextStep {
  return RECIPIENT_IS_GONE.includes(errcode)
    ? { kind: "reject", cause: "recipient_gone", grant: { kind: "void", cause: "recipient_gone" } }
    : { kind: "reject", cause: "recipient_refused", grant: { kind: "release" } };
}

function stepForPlatform({
  countedAttempts,
  deadlineAt,
  chance,
  now,
  policy,
}: StepFacts): NextStep {
  const attempts = countedAttempts + 1;
  if (attempts >= policy.attemptsMax) return { kind: "abandon", cause: "out_of_attempts" };
  const dueAt = backOff(attempts, chance, now, policy);
  return dueAt < deadlineAt
    ? { kind: "retry", dueAt }
    : { kind: "abandon", cause: "deadline_passed" };
}
