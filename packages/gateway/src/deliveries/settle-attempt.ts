import type { EpochMs } from "@yici/protocol";
import { changeGrant, GRANT_TRANSITIONS, type Grant } from "../grants/grant.ts";
import type { MessageTerms, WhenInDoubt } from "../messages/message.ts";
import type { Holding } from "./close-delivery.ts";
import {
  DELIVERY_TRANSITIONS,
  moveDelivery,
  strongerDoubt,
  type Attempt,
  type Delivery,
  type Doubt,
} from "./delivery.ts";
import type { Finding } from "./finding.ts";
import { decideNextStep, type GrantFate, type NextStep } from "./next-step.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import { closeOfDoubt } from "./step-in-doubt.ts";

/** A delivery whose attempt is over, and all that decides what follows. */
export interface SettleFacts {
  readonly terms: MessageTerms;
  readonly delivery: Delivery;
  readonly attempt: Attempt;
  /** The generation that the attempt was sent with. */
  readonly grant: Grant;
  /** The message's wish, or its account's. */
  readonly whenInDoubt: WhenInDoubt;
  readonly isAlarmed: boolean;
  readonly now: EpochMs;
  readonly chance: number;
  readonly policy: RetryPolicy;
}

/** Settles an attempt whose delivery is still `sending` it. */
export function settleAttempt(finding: Finding, facts: SettleFacts): Holding {
  const delivery = withFinding(finding, facts);
  const step = decideNextStep(finding, {
    ...facts,
    doubt: delivery.doubt,
    unansweredAt: delivery.unansweredAt,
    hasHeardConfirmation: delivery.hasHeardConfirmation,
    evidence: facts.grant.evidence,
    countedAttempts: facts.delivery.countedAttempts,
    deadlineAt: facts.terms.deadlineAt,
    whenNoGrant: facts.terms.whenNoGrant,
  });
  const counted = isCounted(finding, step)
    ? { ...delivery, countedAttempts: delivery.countedAttempts + 1 }
    : delivery;
  return takeStep(step, { ...facts, delivery: counted });
}

/** What a late errcode 0 makes of its delivery and grant: delivered and spent, wherever that is possible (rule 6). */
export function settleLateSuccess(
  { delivery, grant }: Holding,
  generation: number,
  now: EpochMs,
): Holding {
  const mayDeliver = DELIVERY_TRANSITIONS[delivery.state].includes("delivered");
  const maySpend = grant !== undefined && GRANT_TRANSITIONS[grant.state].spend !== undefined;
  return {
    delivery: mayDeliver ? deliver(delivery, generation, now) : delivery,
    grant: maySpend ? changeGrant(grant, "spend", now, { messageId: delivery.messageId }) : grant,
  };
}

/** What the answer leaves open and whom it blames, before anything follows from it. */
function withFinding(finding: Finding, { delivery, attempt, policy }: SettleFacts): Delivery {
  const fault = finding.kind === "refused" ? finding.fault : undefined;
  const faults = fault === "token" ? delivery.tokenFaults + 1 : 0;
  const isUnanswered = finding.kind === "unanswered";
  return {
    ...delivery,
    doubt: strongerDoubt(delivery.doubt, doubtOf(finding)),
    unansweredAt: isUnanswered ? attempt.startedAt : delivery.unansweredAt,
    // The pause that follows too many of them forgives them.
    tokenFaults: faults % policy.tokenFaultsMax,
    errcode: "errcode" in finding ? finding.errcode : undefined,
    fault,
  };
}

function doubtOf({ kind }: Finding): Doubt {
  return kind === "doubtful" || kind === "unanswered" ? kind : "none";
}

/** Faults of the token and the account are not the message's: its attempts are not used up by them. */
function isCounted(finding: Finding, step: NextStep): boolean {
  if (step.kind === "snooze") return false;
  return finding.kind !== "refused" || (finding.fault !== "token" && finding.fault !== "account");
}

function takeStep(step: NextStep, facts: SettleFacts): Holding {
  const { delivery, grant, terms, now, policy } = facts;
  switch (step.kind) {
    case "deliver":
      return settleLateSuccess({ delivery, grant }, grant.generation, now);
    case "retry":
    case "snooze": {
      const closesAt = closeOfDoubt({ ...delivery, deadlineAt: terms.deadlineAt }, policy);
      return { delivery: queueAgain(delivery, step.dueAt, closesAt), grant };
    }
    case "wait":
      return {
        delivery: moveDelivery(delivery, {
          state: "waiting",
          generation: undefined,
          dueAt: now,
          closesAt: terms.deadlineAt,
          hasHeardConfirmation: false,
          cause: "grant_refused",
        }),
        grant: changeGrant(grant, "void", now, { voidCause: "platform_refused" }),
      };
    case "reject":
      return {
        delivery: moveDelivery(delivery, { state: "rejected", cause: step.cause, settledAt: now }),
        grant: endGrant(grant, step.grant, now),
      };
    case "abandon":
      return {
        delivery: moveDelivery(delivery, { state: "abandoned", cause: step.cause, settledAt: now }),
        grant: changeGrant(grant, "release", now),
      };
    case "uncertain":
      return {
        delivery: moveDelivery(delivery, {
          state: "uncertain",
          cause: step.cause,
          likely: step.likely,
          settledAt: now,
        }),
        grant: changeGrant(grant, "void", now, { voidCause: "in_doubt" }),
      };
  }
}

function deliver(delivery: Delivery, generation: number, now: EpochMs): Delivery {
  return moveDelivery(delivery, {
    state: "delivered",
    generation,
    cause: "answered_ok",
    errcode: 0,
    fault: undefined,
    likely: undefined,
    settledAt: now,
  });
}

function queueAgain(delivery: Delivery, dueAt: EpochMs, closesAt: EpochMs): Delivery {
  return moveDelivery(delivery, { state: "queued", dueAt, closesAt, hasHeardConfirmation: false });
}

function endGrant(grant: Grant, fate: GrantFate, now: EpochMs): Grant {
  return fate.kind === "release"
    ? changeGrant(grant, "release", now)
    : changeGrant(grant, "void", now, { voidCause: fate.cause });
}
