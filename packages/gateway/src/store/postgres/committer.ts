import { type AppId, type EpochMs, StoreError } from "@yici/protocol";
import { DatabaseError, type World } from "@yici/runtime";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { FactContext } from "../facts/fact-context.ts";
import { buildLoad, buildWrite } from "./batch-text.ts";
import type { Database } from "./database.ts";
import { type LoadAnswer, readLoaded } from "./loaded-rows.ts";
import { isCollision, isOfData } from "./postgres-error.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";
import { joinReaches, type Reach } from "./reach.ts";
import type { Tidings, Told } from "./tidings.ts";
import { WorkingSet } from "./working-set.ts";

/** What a fact asks for before it runs. */
export interface FactAsk {
  readonly appid: AppId;
  readonly reach: Reach;
  /** The caller's. */
  readonly now: EpochMs;
}

/**
 * Runs perhaps more than once, and touches nothing but the rows it is given. `now` is that of the clock that the store
 * goes by.
 */
export type Fact<T> = (context: FactContext, now: EpochMs) => T;

interface PendingFact extends FactAsk {
  readonly run: Fact<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** What a fact came to, when its commit is on disk. */
type Answer = () => void;

export interface CommitterParts {
  readonly database: Database;
  readonly world: Pick<World, "defer">;
  readonly policy: RetryPolicy;
  readonly clock: "database" | "caller";
  readonly tidings: Tidings;
}

/**
 * Writes facts, many of one account in one transaction, one transaction of an account at a time; and tells after the
 * commit what it may have made due or changed. A fact that throws leaves nothing, and fails alone; so does one that the
 * database refuses, which is found by halves. Each transaction is two round trips: locks and rows, then changes and
 * commit.
 */
export class Committer {
  readonly #parts: CommitterParts;
  readonly #pending = new Map<AppId, PendingFact[]>();
  readonly #running = new Set<Promise<void>>();
  #isClosed = false;

  constructor(parts: CommitterParts) {
    this.#parts = parts;
  }

  /** The fact's answer, once it is on disk. Rejects with `StoreError` when it is not, or may not be. */
  write<T>(ask: FactAsk, run: Fact<T>): Promise<T> {
    if (this.#isClosed) {
      const cause = new DatabaseError("YICI_DATABASE_CLOSED", "the database was closed");
      const message = "the fact was not written";
      return Promise.reject(new StoreError(message, { cause, isCommitUnknown: false }));
    }
    return new Promise<T>((resolve, reject) => {
      const pending = { ...ask, run, resolve, reject };
      const waiting = this.#pending.get(ask.appid);
      if (waiting === undefined) this.#begin(ask.appid, pending);
      else waiting.push(pending);
    });
  }

  /** Commits what is waiting, and takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #begin(appid: AppId, first: PendingFact): void {
    const waiting = [first];
    this.#pending.set(appid, waiting);
    const running = this.#run(appid, waiting).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** One transaction after another, each with all that has come meanwhile. */
  async #run(appid: AppId, waiting: PendingFact[]): Promise<void> {
    // What is asked in this turn goes together.
    await new Promise<void>((resolve) => this.#parts.world.defer(resolve));
    while (waiting.length > 0) {
      const answers = await this.#commit(waiting.splice(0, POSTGRES_LIMITS.batchMax));
      for (const answer of answers) answer();
    }
    this.#pending.delete(appid);
  }

  async #commit(batch: readonly PendingFact[]): Promise<readonly Answer[]> {
    try {
      return await this.#transact(batch);
    } catch (error) {
      const cause = error instanceof StoreError ? error.cause : error;
      if (batch.length === 1 || !isOfData(cause)) return rejectAll(batch, error);
      const half = Math.ceil(batch.length / 2);
      const first = await this.#commit(batch.slice(0, half));
      return [...first, ...(await this.#commit(batch.slice(half)))];
    }
  }

  async #transact(batch: readonly PendingFact[], tries = 0): Promise<readonly Answer[]> {
    const { database } = this.#parts;
    try {
      let decided: Decided | undefined;
      await database.transact(this.#buildLoad(batch), (answer) => {
        decided = this.#decide(batch, answer as LoadAnswer);
        return decided.write;
      });
      if (decided !== undefined) this.#parts.tidings.tell(decided.told);
      return decided?.answers ?? [];
    } catch (error) {
      const isAgain = error instanceof StoreError && isCollision(error.cause);
      if (!isAgain || tries >= POSTGRES_LIMITS.collisionsMax) throw error;
      return this.#transact(batch, tries + 1);
    }
  }

  #buildLoad(batch: readonly PendingFact[]): string {
    const { clock, policy } = this.#parts;
    const [first] = batch;
    const reach = joinReaches(batch.map((fact) => fact.reach));
    const latest = Math.max(...batch.map(({ now }) => now));
    const now = clock === "caller" ? latest : undefined;
    return buildLoad(appidOf(first), reach, { now, waitingMax: policy.waitingMax });
  }

  /** Runs the facts on what was loaded. */
  #decide(batch: readonly PendingFact[], answer: LoadAnswer): Decided {
    const { clock, policy } = this.#parts;
    const appid = appidOf(batch[0]);
    const loaded = readLoaded(appid, answer);
    const rows = new WorkingSet(appid, joinReaches(batch.map(({ reach }) => reach)), loaded);
    const changed = new Set<string>();
    let isDue = false;
    const context: FactContext = {
      rows,
      policy,
      noteDue: () => void (isDue = true),
      noteChange: (messageId) => void changed.add(messageId),
    };
    const answers = batch.map(({ run, now, resolve, reject }): Answer => {
      try {
        const value = rows.run(() => run(context, clock === "caller" ? now : loaded.now));
        return () => resolve(value as never);
      } catch (error) {
        return () => reject(explainFact(error));
      }
    });
    const told = { isDue, messageIds: [...changed] };
    return { answers, told, write: buildWrite(rows, loaded.transaction) };
  }
}

interface Decided {
  readonly answers: readonly Answer[];
  readonly told: Told;
  readonly write: string | undefined;
}

function rejectAll(batch: readonly PendingFact[], error: unknown): readonly Answer[] {
  return batch.map(
    ({ reject }) =>
      (): void =>
        reject(error),
  );
}

function appidOf(fact: PendingFact | undefined): AppId {
  if (fact === undefined) throw new TypeError("a batch holds at least one fact");
  return fact.appid;
}

/** Mistakes of the caller stay what they are. */
function explainFact(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof RangeError) return error;
  return new StoreError("the fact was not written", { cause: error, isCommitUnknown: false });
}
