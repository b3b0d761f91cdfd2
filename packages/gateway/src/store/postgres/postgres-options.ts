import type { World } from "@yici/runtime";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";

export interface PostgresStoreOptions {
  /** `postgres://…`; `sslmode` as libpq has it: `disable`, `require`, `verify-full`. Holds a password: never log it. */
  readonly url: string;
  /**
   * Where to `LISTEN`, when `url` is a transaction pooler's: the server itself. Null: nowhere, the database is asked
   * again and again instead. Default: `url`.
   */
  readonly listenUrl?: string | null;
  /** Off behind a transaction pooler that does not know prepared statements. Default: on. */
  readonly isPreparing?: boolean;
  /** Connections at most, beside the one that listens. Default 10. */
  readonly connectionsMax?: number;
  /**
   * Whose clock says when it is. `database`: what callers give as `now` is left aside, so that processes whose clocks
   * differ agree on leases and deadlines; what the store answers is told by the caller's clock. `caller`: for tests,
   * which move their own. Default `database`.
   */
  readonly clock?: "database" | "caller";
  readonly world: Pick<World, "now" | "monotonic" | "defer" | "sleep" | "randomBytes" | "log">;
  /** What differs from the `RETRY_POLICY`. */
  readonly policy?: Partial<RetryPolicy>;
}

/** Every number of the store's own. */
export const POSTGRES_LIMITS = {
  connectionsMax: 10,
  connectSeconds: 10,
  /** An idle connection is let go. */
  idleSeconds: 300,
  /** How long a connection, or the answer to a single statement, is waited for. */
  answerMs: 5_000,
  /** How long half a transaction is waited for: longer than the server lets it take. */
  halfMs: 25_000,
  /** How long one statement may take, and wait for a lock. */
  statementMs: 20_000,
  lockMs: 8_000,
  /** How long a transaction may stand still between its two halves, before the server gives its locks to others. */
  idleTransactionMs: 10_000,
  /** How long the migrations of another process are waited for. */
  migrationMs: 120_000,
  /** Facts in one transaction. */
  batchMax: 256,
  /** How often a batch is tried again that met another one. */
  collisionsMax: 5,
  /** Message ids in one notice, which may hold 8,000 bytes. */
  noticeIdsMax: 100,
  /** How often the database is looked at: in case a notice was lost, and where there are none. */
  pollMs: 15_000,
  pollDeafMs: 1_000,
  /** How long a process's public side may take an account for what it was before another process changed it. */
  accountLifeMs: 1_000,
  /** Accounts whose closed deliveries one sweep looks at. */
  sweepAccountsMax: 200,
  /** Accounts whose old rows are dropped at one time. */
  pruneAccountsMax: 100,
  /** Messages that are looked at together, to see whether they are old. */
  pruneStep: 100,
} as const;
