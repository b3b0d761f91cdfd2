import { isPaused } from "../../deliveries/account-state.ts";
import type { LeaseClaim, LeasedDelivery } from "../ledger.ts";
import type { FactContext } from "./fact-context.ts";

/** Claims due deliveries of one account; none while it stands still. */
export function lease({ rows, policy }: FactContext, claim: LeaseClaim): readonly LeasedDelivery[] {
  const { appid, leaseId, leaseMs, limit, now } = claim;
  if (!(leaseMs > 0 && leaseMs <= policy.leaseMaxMs)) {
    throw new RangeError(
      `a lease lasts more than 0 and at most ${policy.leaseMaxMs} ms; got ${leaseMs}`,
    );
  }
  if (isPaused(rows.loadAccountState(appid), now)) return [];
  const leaseExpiresAt = now + leaseMs;
  return rows.listDue(appid, now, limit).map(({ message, delivery }) => {
    const leased = {
      ...delivery,
      state: "queued" as const,
      leaseId,
      leaseExpiresAt,
      dueAt: leaseExpiresAt,
    };
    rows.leaseDelivery(leased);
    return { message, delivery: leased };
  });
}
