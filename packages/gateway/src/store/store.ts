import type { Ledger } from "./ledger.ts";
import type { Records } from "./records.ts";

/** One database: the ledger with its outbox, and the configuration records. */
export interface Store extends Ledger, Records {
  /** Called after each commit that may have made a delivery due. One listener: the engine. */
  onDue(listener: () => void): void;
  /** Finishes what was begun, then lets go of the database. */
  close(): Promise<void>;
}
