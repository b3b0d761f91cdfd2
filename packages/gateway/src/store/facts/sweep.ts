import type { AppId, EpochMs } from "@yici/protocol";
import { isPaused, withoutPause } from "../../deliveries/account-state.ts";
import { closeDelivery } from "../../deliveries/close-delivery.ts";
import type { Delivery } from "../../deliveries/delivery.ts";
import type { Outgoing } from "../rows.ts";
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

/** Closes what time has closed of one account. Answers how many deliveries changed. */
export function sweepAccount(context: FactContext, appid: AppId, order: SweepOrder): number {
  const accounts = new AccountStates(context);
  const closed = context.rows.listClosed(appid, order.now, order.limit);
  for (const messageId of closed) close(context, accounts, { appid, messageId }, order);
  endPause(context, accounts, appid, order.now);
  accounts.save(order.now);
  return closed.length;
}

function close(
  context: FactContext,
  accounts: AccountStates,
  { appid, messageId }: Pick<Delivery, "appid" | "messageId">,
  order: SweepOrder,
): void {
  // Read now, not in a list: closing another one may have given it a grant.
  const outgoing = context.rows.findDelivery(appid, messageId);
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
  const attempt = context.rows.findAttempt(appid, messageId, attemptNumber);
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
  const grant = generation === undefined ? undefined : context.rows.findGrant(terms, generation);
  saveHolding(context, terms, closeDelivery({ delivery, grant }, terms, now), now);
}

function endPause(context: FactContext, accounts: AccountStates, appid: AppId, now: EpochMs): void {
  const account = accounts.find(appid);
  if (account.pause === undefined || isPaused(account, now)) return;
  accounts.change(withoutPause(account, now));
  context.noteDue();
}
