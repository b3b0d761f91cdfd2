import type { SqliteFile } from "@yici/runtime";
import type { RetryPolicy } from "../../../deliveries/retry-policy.ts";

/** What a fact is written with. It runs inside a transaction, perhaps twice, and touches nothing but the database. */
export interface FactContext {
  readonly file: SqliteFile;
  readonly policy: RetryPolicy;
  /** Says that something may have become due. */
  readonly noteDue: () => void;
  /** Says that a message's delivery came to another state. */
  readonly noteChange: (messageId: string) => void;
}
