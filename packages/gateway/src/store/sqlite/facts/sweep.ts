import type { EpochMs } from "@yici/protocol";
import { withoutPause } from "../../../deliveries/account-state.ts";
import { closeDelivery } from "../../../deliveries/close-delivery.ts";
import type { Delivery } from "../../../deliveries/delivery.ts";
import { listClosedAccounts, listEndedPauses } from "../tables/accounts.ts";
import { findAttempt } from "../tables/attempts.ts";
import { findDelivery, listClosed, type Outgoing } from "../tables/deliveries.ts";
import { findGrant } from "../tables/grants.ts";
import { AccountStates } from "./account-states.ts";
import type { FactContext } from "./fact-context.ts";
import { saveHolding, settleInTime } from "./settle.ts";

/** How far a sweep goes. */
export interface SweepOrder {
  readonly now: EpochMs;
  readonly limit: number;
  /** 0 ≤ chance < 1, for the jitter of what is tried again. */
  readonly chance: number;
}

/** Closes what time has closed. Answers how many deliveries changed. */
export function sweep(context: FactContext, order: SweepOrder): number {
  const accounts = new AccountStates(context);
  let swept = 0;
  for (const appid of listClosedAccounts(context.file, order.now)) {
    const closed = listClosed(context.file, appid, order.now, order.limit - swept);
    for (const messageId of closed) close(context, accounts, { appid, messageId }, order);
    swept += closed.length;
    if (swept >= order.limit) break;
  }
  endPauses(context, accounts, order.now);
  accounts.save(order.now);
  return swept;
}

function close(
  context: FactContext,
  accounts: AccountStates,
  { appid, messageId }: Pick<Delivery, "appid" | "messageId">,
  order: SweepOrder,
): void {
  // Read now, not in a list: closing another one may have given it a grant.
  const outgoing = findDelivery(context.file, appid, messageId);
  if (outgoing === undefined) return;
  if (outgoing.delivery.state === "sending") rescue(context, accounts, outgoing, order);
  else expire(context, outgoing, order.now);
}

/** Takes a started attempt's expired lease over: nobody knows what came of it (rule 6). */
function rescue(
  context: FactContext,
  accounts: AccountStates,
  outgoing: Outgoing,
  { now, chance }: SweepOrder,
): void {
  const { appid, messageId, attemptNumber } = outgoing.delivery;
  const attempt = findAttempt(context.file, appid, messageId, attemptNumber);
  if (attempt === undefined) throw new Error("a delivery that is being sent has an attempt");
  const outcome = { kind: "unanswered", reason: "lease_expired" } as const;
  settleInTime(
    context,
    accounts,
    { ...outgoing, attempt: { ...attempt, outcome, finishedAt: now }, chance },
    now,
  );
}

function expire(context: FactContext, { terms, delivery }: Outgoing, now: EpochMs): void {
  const { generation } = delivery;
  const grant = generation === undefined ? undefined : findGrant(context.file, terms, generation);
  saveHolding(context, terms, closeDelivery({ delivery, grant }, terms, now), now);
}

function endPauses(context: FactContext, accounts: AccountStates, now: EpochMs): void {
  for (const { appid } of listEndedPauses(context.file, now)) {
    accounts.change(withoutPause(accounts.find(appid), now));
    context.noteDue();
  }
}
