import type { Ledger } from "./ledger.ts";
import type { Records } from "./records.ts";

/** The ids of messages whose deliveries changed, or that nobody can say which did. */
export type Changed = readonly string[] | "unknown";

/** One database: the ledger with its outbox, and the configuration records. */
export interface Store extends Ledger, Records {
  /** Called after each commit that may have made a delivery due. One listener: the engine. */
  onDue(listener: () => void): void;
  /**
   * Called after each commit in which deliveries came to another state, by whatever road and in whichever process;
   * now and then for one that stayed as it was. One listener: whoever lets callers wait.
   */
  onChange(listener: (changed: Changed) => void): void;
  /** Finishes what was begun, then lets go of the database. */
  close(): Promise<void>;
}
