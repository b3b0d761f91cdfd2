import { strict as assert } from "node:assert";
import type { EpochMs } from "@yici/protocol";
import { accountAfter, isPaused, withSendOver } from "../../deliveries/account-state.ts";
import type { Holding } from "../../deliveries/close-delivery.ts";
import type { Delivery } from "../../deliveries/delivery.ts";
import { judgeOutcome } from "../../deliveries/finding.ts";
import { settleAttempt, settleLateSuccess } from "../../deliveries/settle-attempt.ts";
import type { MessageTerms } from "../../messages/message.ts";
import type { Settlement, SettleOutcome } from "../ledger.ts";
import type { EndedAttempt, Outgoing } from "../rows.ts";
import type { AccountStates } from "./account-states.ts";
import { applyConfirmation, loadSlotFacts, serveWaiter } from "./change-slot.ts";
import type { FactContext } from "./fact-context.ts";
import { tellMessage } from "./tell-message.ts";

/** An attempt of a delivery, and what came of it. */
interface EndedSend extends Outgoing {
  readonly attempt: EndedAttempt;
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
  const outgoing = context.rows.findDelivery(appid, messageId);
  const attempt = context.rows.findAttempt(appid, messageId, attemptNumber);
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
  return isKnown
    ? { kind: "late", state: delivery.state }
    : settleLate(context, accounts, ended, now);
}

/** Settles the attempt that is in flight. */
export function settleInTime(
  context: FactContext,
  accounts: AccountStates,
  { terms, delivery, attempt, chance }: EndedSend,
  now: EpochMs,
): SettleOutcome {
  const { policy } = context;
  const grant = context.rows.findGrant(terms, attempt.generation);
  assert(grant !== undefined, "a delivery that is being sent holds a grant");
  const finding = judgeOutcome(attempt.outcome);
  const sent = { finding, attempt, delivery, grant };
  const account = accountAfter(accounts.find(terms.appid), sent, now, policy);
  accounts.change(account);
  const whenInDoubt = terms.whenInDoubt ?? account.whenInDoubt;
  const isAlarmed = account.alarmedAt !== undefined;
  const facts = { terms, delivery, attempt, grant, whenInDoubt, isAlarmed, now, chance, policy };
  const settled = settleAttempt(finding, facts);
  context.rows.updateAttempt(attempt);
  saveHolding(context, terms, settled, now);
  if (finding.kind !== "refused") context.rows.saveUse(terms, now);
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
  context.rows.updateDelivery(delivery);
  if (grant !== undefined) context.rows.updateGrant(grant);
  tellMessage(context, terms, holding, now);
  if (grant !== undefined && grant.noted === undefined) serveWaiter(context, grant, now);
}

/** The lease was lost, or the delivery had ended: only an errcode 0 still changes something (rule 6). */
function settleLate(
  context: FactContext,
  accounts: AccountStates,
  { terms, delivery, attempt }: EndedSend,
  now: EpochMs,
): SettleOutcome {
  context.rows.updateAttempt({ ...attempt, isLate: true });
  if (judgeOutcome(attempt.outcome).kind !== "ok") return { kind: "late", state: delivery.state };
  const grant = context.rows.findGrant(terms, attempt.generation);
  const settled = settleLateSuccess({ delivery, grant }, attempt.generation, now);
  context.rows.saveUse(terms, now);
  if (settled.delivery === delivery) {
    const { appid, messageId } = terms;
    const facts = { messageId, attempt: attempt.number };
    context.rows.insertEvent({ appid, type: "message.sent_twice", at: now, facts });
    return { kind: "late", state: delivery.state };
  }
  if (delivery.state === "sending") accounts.change(withSendOver(accounts.find(terms.appid)));
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
  context.rows.updateGrant({ ...grant, noted: undefined });
  applyConfirmation(context, loadSlotFacts(context, terms), grant.noted, now);
  return context.rows.findDelivery(terms.appid, terms.messageId)?.delivery ?? delivery;
}
