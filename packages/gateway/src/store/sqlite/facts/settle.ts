import { strict as assert } from "node:assert";
import type { EpochMs } from "@yici/protocol";
import { accountAfter, isPaused } from "../../../deliveries/account-state.ts";
import type { Holding } from "../../../deliveries/close-delivery.ts";
import type { Attempt, AttemptOutcome, Delivery } from "../../../deliveries/delivery.ts";
import { judgeOutcome } from "../../../deliveries/finding.ts";
import { settleAttempt, settleLateSuccess } from "../../../deliveries/settle-attempt.ts";
import type { MessageTerms } from "../../../messages/message.ts";
import type { Settlement, SettleOutcome } from "../../ledger.ts";
import { findAttempt, updateAttempt } from "../tables/attempts.ts";
import { findDelivery, type Outgoing, updateDelivery } from "../tables/deliveries.ts";
import { insertEvent } from "../tables/events.ts";
import { findGrant, updateGrant } from "../tables/grants.ts";
import { saveUse } from "../tables/slots.ts";
import type { AccountStates } from "./account-states.ts";
import { applyConfirmation, loadSlotFacts, serveWaiter } from "./change-slot.ts";
import type { FactContext } from "./fact-context.ts";
import { tellMessage } from "./tell-message.ts";

/** An attempt of a delivery, and what came of it. */
interface EndedAttempt extends Outgoing {
  readonly attempt: Attempt & { readonly outcome: AttemptOutcome };
  readonly chance: number;
}

/** Records what came of an attempt, and what follows. */
export function settle(
  context: FactContext,
  accounts: AccountStates,
  settlement: Settlement,
  now: EpochMs,
): SettleOutcome {
  const { appid, messageId, attemptNumber, leaseId, outcome, chance } = settlement;
  const outgoing = findDelivery(context.file, appid, messageId);
  const attempt = findAttempt(context.file, appid, messageId, attemptNumber);
  assert(
    outgoing !== undefined && attempt !== undefined,
    "only an attempt that was started can be settled",
  );
  const { delivery } = outgoing;
  const isInFlight = delivery.state === "sending" && delivery.attemptNumber === attemptNumber;
  const ended = { ...outgoing, attempt: { ...attempt, outcome, finishedAt: now }, chance };
  if (isInFlight && delivery.leaseId === leaseId) {
    return settleInTime(context, accounts, ended, now);
  }
  // The same settlement again, because its first commit was in doubt; or one that tells nothing new.
  const isKnown = attempt.outcome?.kind === "answered" || attempt.outcome?.kind === outcome.kind;
  return isKnown ? { kind: "late", state: delivery.state } : settleLate(context, ended, now);
}

/** Settles the attempt that is in flight. */
export function settleInTime(
  context: FactContext,
  accounts: AccountStates,
  { terms, delivery, attempt, chance }: EndedAttempt,
  now: EpochMs,
): SettleOutcome {
  const { policy } = context;
  const grant = findGrant(context.file, terms, attempt.generation);
  assert(grant !== undefined, "a delivery that is being sent holds a grant");
  const finding = judgeOutcome(attempt.outcome);
  const sent = { finding, detail: describe(attempt.outcome), delivery, grant };
  const account = accountAfter(accounts.find(terms.appid), sent, now, policy);
  accounts.change(account);
  const whenInDoubt = terms.whenInDoubt ?? account.whenInDoubt;
  const isAlarmed = account.alarmedAt !== undefined;
  const facts = { terms, delivery, attempt, grant, whenInDoubt, isAlarmed, now, chance, policy };
  const settled = settleAttempt(finding, facts);
  updateAttempt(context.file, attempt);
  saveHolding(context, terms, settled, now);
  if (finding.kind !== "refused") saveUse(context.file, terms, now);
  const { state, dueAt } = applyNoted(context, terms, settled, now);
  if (state === "queued") context.noteDue();
  return {
    kind: "settled",
    state,
    retryAt: state === "queued" ? dueAt : undefined,
    isAccountPaused: isPaused(account, now),
  };
}

/** Saves a delivery and its grant, tells of it, and gives a grant that became free to the next message that waits. */
export function saveHolding(
  context: FactContext,
  terms: MessageTerms,
  holding: Holding,
  now: EpochMs,
): void {
  const { delivery, grant } = holding;
  updateDelivery(context.file, delivery);
  if (grant !== undefined) updateGrant(context.file, grant);
  tellMessage(context, terms, holding, now);
  if (grant !== undefined && grant.noted === undefined) serveWaiter(context, grant, now);
}

/** The lease was lost, or the delivery had ended: only an errcode 0 still changes something (rule 6). */
function settleLate(
  context: FactContext,
  { terms, delivery, attempt }: EndedAttempt,
  now: EpochMs,
): SettleOutcome {
  updateAttempt(context.file, { ...attempt, isLate: true });
  if (judgeOutcome(attempt.outcome).kind !== "ok") return { kind: "late", state: delivery.state };
  const grant = findGrant(context.file, terms, attempt.generation);
  const settled = settleLateSuccess({ delivery, grant }, attempt.generation, now);
  saveUse(context.file, terms, now);
  if (settled.delivery === delivery) {
    const { appid, messageId } = terms;
    const facts = { messageId, attempt: attempt.number };
    insertEvent(context.file, { appid, type: "message.sent_twice", at: now, facts });
    return { kind: "late", state: delivery.state };
  }
  saveHolding(context, terms, settled, now);
  applyNoted(context, terms, settled, now);
  return { kind: "late", state: settled.delivery.state };
}

/**
 * Applies the confirmation that was noted while the send was in flight (rule 3 b), as if it were heard now. Answers the
 * delivery as it is then: one that waits again may have been given the new generation.
 */
function applyNoted(
  context: FactContext,
  terms: MessageTerms,
  { delivery, grant }: Holding,
  now: EpochMs,
): Delivery {
  if (grant?.noted === undefined) return delivery;
  updateGrant(context.file, { ...grant, noted: undefined });
  applyConfirmation(context, loadSlotFacts(context, terms), grant.noted, now);
  return findDelivery(context.file, terms.appid, terms.messageId)?.delivery ?? delivery;
}

function describe(outcome: AttemptOutcome): string {
  return outcome.kind === "answered" ? outcome.errmsg : outcome.reason;
}
