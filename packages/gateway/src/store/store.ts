import type { Ledger } from "./ledger.ts";
import type { Records } from "./records.ts";

/** One database: the ledger with its outbox, and the configuration records. */
export interface Store extends Ledger, Records {
  /** Called after each commit that may have made a delivery due. One listener: the engine. */
  onDue(listener: () => void): void;
  /**
   * Called after each commit in which deliveries of this process came to another state, by whatever road, with their
   * messages' ids; now and then with one that stayed as it was. One listener: whoever lets callers wait.
   */
  onChange(listener: (messageIds: readonly string[]) => void): void;
  /** Finishes what was begun, then lets go of the database. */
  close(): Promise<void>;
}
