import { countAdmissible, isPaused } from "../../deliveries/account-state.ts";
import type { LeaseClaim } from "../ledger.ts";
import type { DueDelivery } from "../rows.ts";
import type { FactContext } from "./fact-context.ts";

/**
 * Claims due deliveries of one account: none while it stands still, and hardly more than may begin now. Answers them as
 * they were before.
 */
export function lease<Due extends DueDelivery>(
  { rows, policy }: FactContext<Due>,
  claim: LeaseClaim,
): readonly Due[] {
  const { appid, leaseId, leaseMs, limit, now } = claim;
  if (!(leaseMs > 0 && leaseMs <= policy.leaseMaxMs)) {
    throw new RangeError(
      `a lease lasts more than 0 and at most ${policy.leaseMaxMs} ms; got ${leaseMs}`,
    );
  }
  const account = rows.loadAccountState(appid);
  if (isPaused(account, now)) return [];
  // One at least, so that its start says how long the others have to wait.
  const countMax = Math.max(Math.min(limit, countAdmissible(account, now, policy)), 1);
  const leaseExpiresAt = now + leaseMs;
  const due = rows.listDue(appid, now, countMax);
  for (const one of due) {
    const { delivery } = one;
    rows.leaseDelivery(
      { ...delivery, state: "queued", leaseId, leaseExpiresAt, dueAt: leaseExpiresAt },
      one,
    );
  }
  return due;
}
