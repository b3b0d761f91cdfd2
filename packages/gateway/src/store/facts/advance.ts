import { admitSend, isPaused } from "../../deliveries/account-state.ts";
import type { Delivery } from "../../deliveries/delivery.ts";
import { startAttempt } from "../../deliveries/start-attempt.ts";
import type { AttemptStart, Round, RoundOutcome, StartOutcome } from "../ledger.ts";
import { AccountStates } from "./account-states.ts";
import type { FactContext } from "./fact-context.ts";
import { settle } from "./settle.ts";

/** What came of earlier attempts, then the attempts that are about to be sent. */
export function advance(context: FactContext, { settlements, starts, now }: Round): RoundOutcome {
  const accounts = new AccountStates(context);
  const settled = settlements.map((settlement) => settle(context, accounts, settlement, now));
  const started = starts.map((request) => start(context, accounts, request, now));
  accounts.save(now);
  return { settled, started };
}

const REFUSED: StartOutcome = { kind: "refused" };

function start(
  context: FactContext,
  accounts: AccountStates,
  { appid, messageId, leaseId }: AttemptStart,
  now: number,
): StartOutcome {
  const delivery = context.rows.findDelivery(appid, messageId)?.delivery;
  if (delivery === undefined) return REFUSED;
  const decision = startAttempt(delivery, leaseId, now);
  if (decision.kind === "refused") return REFUSED;
  const account = accounts.find(appid);
  if (isPaused(account, now)) {
    snooze(context, delivery, now);
    return REFUSED;
  }
  const admission = admitSend(account, now, context.policy);
  if (admission.kind === "deferred") {
    snooze(context, delivery, admission.until);
    return admission;
  }
  accounts.change(admission.account);
  context.rows.insertAttempt(decision.attempt);
  context.rows.updateDelivery(decision.delivery);
  return { kind: "started", attemptNumber: decision.attempt.number };
}

/** Gives a leased delivery back: it is due again at `dueAt`, and no attempt was made. */
function snooze({ rows }: FactContext, delivery: Delivery, dueAt: number): void {
  rows.updateDelivery({ ...delivery, leaseId: undefined, leaseExpiresAt: undefined, dueAt });
}
