import { type AppId, type EpochMs, StoreError } from "@yici/protocol";
import { DatabaseError, type World } from "@yici/runtime";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { FactContext } from "../facts/fact-context.ts";
import { buildLoad, buildWrite } from "./batch-text.ts";
import type { Database } from "./database.ts";
import { type LoadAnswer, readLoaded } from "./loaded-rows.ts";
import { isCollision, isOfData } from "./postgres-error.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";
import { type JointReach, joinReaches, type Reach, withoutRecalled } from "./reach.ts";
import { Remembered, type RememberedDelivery } from "./remembered.ts";
import { UnreadError } from "./slot-rows.ts";
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
  readonly #remembered = new Remembered();
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
    const running = this.#serve(appid, waiting).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** One transaction after another, each with all that has come meanwhile. */
  async #serve(appid: AppId, waiting: PendingFact[]): Promise<void> {
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
    try {
      return await this.#write(this.#plan(batch));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // What was claimed is perhaps so, and perhaps not.
      if (error.isCommitUnknown) this.#remembered.forget(appidOf(batch[0]));
      if (!isCollision(error.cause) || tries >= POSTGRES_LIMITS.collisionsMax) throw error;
      return this.#transact(batch, tries + 1);
    }
  }

  async #write(first: Plan): Promise<readonly Answer[]> {
    const { database, tidings } = this.#parts;
    let plan = first;
    let decided: Decided | undefined;
    await database.transact(this.#buildLoad(plan), (answer) => {
      const decision = this.#decide(plan, answer as LoadAnswer);
      if (decision.kind === "again") {
        plan = decision.plan;
        return { kind: "ask", load: this.#buildLoad(plan) };
      }
      decided = decision;
      return { kind: "commit", write: decision.write };
    });
    if (decided === undefined) return [];
    decided.note();
    tidings.tell(decided.told);
    return decided.answers;
  }

  /** At first what is remembered is not read. */
  #plan(batch: readonly PendingFact[]): Plan {
    const appid = appidOf(batch[0]);
    const reach = joinReaches(batch.map((fact) => fact.reach));
    const recalled = this.#recall(appid, reach);
    return { appid, batch, reach, recalled };
  }

  #recall(appid: AppId, reach: JointReach): readonly RememberedDelivery[] {
    return reach.carried.flatMap((messageId) => this.#remembered.find(appid, messageId) ?? []);
  }

  #buildLoad({ appid, batch, reach, recalled }: Plan): string {
    const { policy } = this.#parts;
    const unread = withoutRecalled(reach, recalled);
    return buildLoad(appid, unread, { now: this.#clockOf(batch), waitingMax: policy.waitingMax });
  }

  /** The latest of the callers' instants, where they are what the store goes by. */
  #clockOf(batch: readonly PendingFact[]): EpochMs | undefined {
    if (this.#parts.clock !== "caller") return undefined;
    return Math.max(...batch.map(({ now }) => now));
  }

  /** Runs the facts on what was loaded and what is remembered; or finds that more must be read. */
  #decide(plan: Plan, answer: LoadAnswer): Decision {
    const { appid, batch, reach, recalled } = plan;
    if (answer.again) {
      return { kind: "again", plan: { ...plan, reach: { ...reach, isOfAccount: true } } };
    }
    const now = this.#clockOf(batch);
    const loaded = readLoaded(appid, answer, now ?? answer.now);
    const stands = reach.isOfAccount && this.#remembered.compare(appid, loaded.touched);
    const readAll: Decision = { kind: "again", plan: { ...plan, recalled: [] } };
    if (!stands && recalled.length > 0) return readAll;
    const rows = new WorkingSet({ appid, reach }, loaded, {
      recalled,
      find: (messageId) => this.#remembered.find(appid, messageId),
      listGroup: (group) => this.#remembered.listGroup(appid, group),
    });
    const ran = this.#run(batch, rows, loaded.now);
    if (ran.isUnread && recalled.length > 0) return readAll;
    const outbox = rows.listOutboxChanges();
    const { transaction } = loaded;
    const touched = loaded.touched + (rows.isTouching() ? 1 : 0);
    return {
      kind: "decided",
      ...ran,
      write: buildWrite(rows, outbox, { transaction, now }),
      note: () => {
        if (reach.isOfAccount) this.#remembered.note(appid, outbox, touched);
      },
    };
  }

  #run(batch: readonly PendingFact[], rows: WorkingSet, databaseNow: EpochMs): RanFacts {
    const { clock, policy } = this.#parts;
    const changed = new Set<string>();
    let isDue = false;
    let isUnread = false;
    const context: FactContext = {
      rows,
      policy,
      noteDue: () => void (isDue = true),
      noteChange: (messageId) => void changed.add(messageId),
    };
    const answers = batch.map(({ run, now, resolve, reject }): Answer => {
      try {
        const value = rows.run(() => run(context, clock === "caller" ? now : databaseNow));
        return () => resolve(value as never);
      } catch (error) {
        isUnread ||= error instanceof UnreadError;
        return () => reject(explainFact(error));
      }
    });
    return { answers, told: { isDue, messageIds: [...changed] }, isUnread };
  }
}

/** What a batch is to read, and what it need not. */
interface Plan {
  readonly appid: AppId;
  readonly batch: readonly PendingFact[];
  readonly reach: JointReach;
  readonly recalled: readonly RememberedDelivery[];
}

type Decision = Decided | { readonly kind: "again"; readonly plan: Plan };

interface RanFacts {
  readonly answers: readonly Answer[];
  readonly told: Told;
  /** Whether a fact asked for what was not read. */
  readonly isUnread: boolean;
}

interface Decided extends RanFacts {
  readonly kind: "decided";
  readonly write: string | undefined;
  /** Keeps what was claimed in mind, after the commit. */
  readonly note: () => void;
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
