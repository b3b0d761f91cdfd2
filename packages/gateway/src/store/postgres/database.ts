import type { World } from "@yici/runtime";
import postgres from "postgres";
import { explainFailure, isRefusal } from "./postgres-error.ts";
import { POSTGRES_LIMITS, type PostgresStoreOptions } from "./postgres-options.ts";
import type { Row } from "./row.ts";
import { within } from "./within.ts";

/** What the connections are made from. */
export type DatabaseOptions = Pick<
  PostgresStoreOptions,
  "url" | "isPreparing" | "connectionsMax"
> & { readonly world: Pick<World, "sleep"> };

/** The connections to one database. Every failure is a `StoreError`. */
export class Database {
  readonly #sql: postgres.Sql<{ readonly bigint: number }>;
  readonly #isPreparing: boolean;
  readonly #world: Pick<World, "sleep">;

  constructor(options: DatabaseOptions) {
    this.#world = options.world;
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

  /** One statement that is a transaction by itself. Answers what it answers. */
  async commit(statement: string): Promise<unknown> {
    try {
      const answers = await this.#half(this.#sql.unsafe(statement));
      return answers[0]?.["answer"];
    } catch (error) {
      throw explainFailure(error, { isCommitUnknown: !isRefusal(error) });
    }
  }

  /**
   * One transaction of two round trips: `load` is asked, and what `decide` makes of its answer is written and
   * committed; nothing, when that is `undefined`. Or another question is asked, in another transaction that lets go of
   * the locks of this one. A failure of the last trip that is not the server's refusal leaves the commit unknown.
   */
  async transact(load: string, decide: (answer: unknown) => Verdict): Promise<void> {
    const connection = await this.#reserve();
    let isCommitting = false;
    try {
      let verdict = decide(await this.#ask(connection, `${BEGIN}; ${load}`));
      while (verdict.kind === "ask") {
        verdict = decide(await this.#ask(connection, `ROLLBACK; ${BEGIN}; ${verdict.load}`));
      }
      isCommitting = verdict.kind === "commit" && verdict.write !== undefined;
      await this.#half(connection.unsafe(writeEnd(verdict)));
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
      const asked = this.#sql.unsafe(statement, [...parameters], options);
      return await within(asked, POSTGRES_LIMITS.answerMs, this.#world);
    } catch (error) {
      throw explainFailure(error, { isCommitUnknown: mayHaveCommitted(error) });
    }
  }

  async #reserve(): Promise<postgres.ReservedSql<{ readonly bigint: number }>> {
    const reserved = this.#sql.reserve();
    try {
      return await within(reserved, POSTGRES_LIMITS.answerMs, this.#world);
    } catch (error) {
      reserved.then(
        (late) => late.release(),
        () => undefined,
      );
      throw explainFailure(error, { isCommitUnknown: false });
    }
  }

  async #ask(connection: postgres.ReservedSql, statements: string): Promise<unknown> {
    const answers: readonly (readonly Row[])[] = await this.#half(connection.unsafe(statements));
    return answers.at(-1)?.[0]?.["answer"];
  }

  #half<T>(asked: Promise<T>): Promise<T> {
    return within(asked, POSTGRES_LIMITS.halfMs, this.#world);
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

/** What to do once the answer to a question is there. */
export type Verdict =
  | { readonly kind: "ask"; readonly load: string }
  | { readonly kind: "commit"; readonly write: string | undefined }
  /** Nothing of this transaction is to be left. */
  | { readonly kind: "leave" };

function writeEnd(verdict: Exclude<Verdict, { readonly kind: "ask" }>): string {
  if (verdict.kind === "leave") return "ROLLBACK";
  return verdict.write === undefined ? "COMMIT" : `${verdict.write}; ${COMMIT}`;
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

/** The connection is gone, or nobody knows what it is doing; not so when the server refused, or a fact of ours threw. */
function isLost(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return !isRefusal(error);
  return error instanceof Error && "errno" in error;
}
