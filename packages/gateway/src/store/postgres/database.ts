import postgres from "postgres";
import { explainFailure, isRefusal } from "./postgres-error.ts";
import { POSTGRES_LIMITS, type PostgresStoreOptions } from "./postgres-options.ts";
import type { Row } from "./row.ts";

/** The connections to one database. Every failure is a `StoreError`. */
export class Database {
  readonly #sql: postgres.Sql<{ readonly bigint: number }>;
  readonly #isPreparing: boolean;

  constructor(options: Pick<PostgresStoreOptions, "url" | "isPreparing" | "connectionsMax">) {
    this.#sql = connect(options.url, options.connectionsMax ?? POSTGRES_LIMITS.connectionsMax);
    this.#isPreparing = options.isPreparing ?? true;
  }

  /** One statement that changes nothing, with `$1`, `$2` … */
  read(statement: string, parameters: readonly Parameter[] = []): Promise<readonly Row[]> {
    return this.#query(statement, parameters, () => false);
  }

  /** One statement and its commit. */
  write(statement: string, parameters: readonly Parameter[] = []): Promise<readonly Row[]> {
    return this.#query(statement, parameters, (error) => !isRefusal(error));
  }

  /**
   * One transaction of two round trips: `load` is asked, and what `decide` makes of its answer is written and
   * committed; nothing, when that is `undefined`. A failure of the second trip that is not the server's refusal leaves
   * the commit unknown.
   */
  async transact(load: string, decide: (answer: unknown) => string | undefined): Promise<void> {
    const connection = await this.#reserve();
    let isCommitting = false;
    try {
      const answers: readonly (readonly Row[])[] = await connection.unsafe(`${BEGIN}; ${load}`);
      const write = decide(answers.at(-1)?.[0]?.["answer"]);
      isCommitting = write !== undefined;
      await connection.unsafe(write === undefined ? "COMMIT" : `${write}; ${COMMIT}`);
      connection.release();
    } catch (error) {
      await this.#abandon(connection, error);
      throw explainFailure(error, { isCommitUnknown: isCommitting && !isRefusal(error) });
    }
  }

  /** Waits a second for what is under way, then lets go of the connections. */
  async close(): Promise<void> {
    await this.#sql.end({ timeout: 1 });
  }

  async #query(
    statement: string,
    parameters: readonly Parameter[],
    mayHaveCommitted: (error: unknown) => boolean,
  ): Promise<readonly Row[]> {
    const options = parameters.length === 0 ? {} : { prepare: this.#isPreparing };
    try {
      return await this.#sql.unsafe(statement, [...parameters], options);
    } catch (error) {
      throw explainFailure(error, { isCommitUnknown: mayHaveCommitted(error) });
    }
  }

  async #reserve(): Promise<postgres.ReservedSql<{ readonly bigint: number }>> {
    try {
      return await this.#sql.reserve();
    } catch (error) {
      throw explainFailure(error, { isCommitUnknown: false });
    }
  }

  /** A connection that was lost is not given back: it is the driver's to open it anew. */
  async #abandon(connection: postgres.ReservedSql, error: unknown): Promise<void> {
    if (isLost(error)) return;
    try {
      await connection.unsafe("ROLLBACK");
      connection.release();
    } catch {
      // Lost meanwhile: the server rolls back by itself.
    }
  }
}

/** A value of a statement. */
export type Parameter = string | number | boolean | null;

/** Nothing takes so long that others are kept waiting for its locks. */
const BEGIN = [
  "BEGIN ISOLATION LEVEL READ COMMITTED",
  `SET LOCAL statement_timeout = ${POSTGRES_LIMITS.statementMs}`,
  `SET LOCAL lock_timeout = ${POSTGRES_LIMITS.lockMs}`,
  `SET LOCAL idle_in_transaction_session_timeout = ${POSTGRES_LIMITS.idleTransactionMs}`,
].join("; ");

/** A commit that waits for a standby is not cut short: it would be answered as if the standby had it. */
const COMMIT = "SET LOCAL statement_timeout = 0; COMMIT";

/** Connections to a server. Numbers of 64 bits are instants and counts: no number of ours is too large for JavaScript. */
export function connect(url: string, max: number): postgres.Sql<{ readonly bigint: number }> {
  return postgres(url, {
    max,
    connect_timeout: POSTGRES_LIMITS.connectSeconds,
    idle_timeout: POSTGRES_LIMITS.idleSeconds,
    backoff: () => 0.2,
    fetch_types: true, // Without it the driver never hands out a connection that it opens to be reserved.
    onnotice: () => undefined,
    connection: { application_name: "yici" },
    types: {
      bigint: { to: 20, from: [20], parse: Number, serialize: String },
    },
  });
}

function isLost(error: unknown): boolean {
  const isOfServer = error instanceof postgres.PostgresError;
  return isOfServer ? !isRefusal(error) : isOfConnection(error);
}

function isOfConnection(error: unknown): boolean {
  return error instanceof Error && "code" in error && "errno" in error;
}
