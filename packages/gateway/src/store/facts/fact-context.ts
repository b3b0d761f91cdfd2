import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { DueDelivery, LedgerRows } from "../rows.ts";

/** What a fact is written with. It runs inside a transaction, perhaps twice, and touches nothing but these rows. */
export interface FactContext<Due extends DueDelivery = DueDelivery> {
  readonly rows: LedgerRows<Due>;
  readonly policy: RetryPolicy;
  /** Says that something may have become due. */
  readonly noteDue: () => void;
  /** Says that a message's delivery came to another state. */
  readonly noteChange: (messageId: string) => void;
}
