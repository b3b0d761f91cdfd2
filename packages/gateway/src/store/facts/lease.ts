import { countAdmissible, isPaused } from "../../deliveries/account-state.ts";
import type { LeaseClaim, LeasedDelivery } from "../ledger.ts";
import type { FactContext } from "./fact-context.ts";

/** Claims due deliveries of one account: none while it stands still, and hardly more than may begin now. */
export function lease({ rows, policy }: FactContext, claim: LeaseClaim): readonly LeasedDelivery[] {
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
  return rows.listDue(appid, now, countMax).map((summary) => {
    const leased = {
      ...summary.delivery,
      state: "queued" as const,
      leaseId,
      leaseExpiresAt,
      dueAt: leaseExpiresAt,
    };
    rows.leaseDelivery(leased, summary);
    const { messageId, openid, scene, content } = summary.message;
    return { messageId, openid, scene, content };
  });
}
