import { type AppId, type EpochMs, StoreError } from "@yici/protocol";
import { DatabaseError, type World } from "@yici/runtime";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { SlotKey } from "../../grants/grant.ts";
import type { SlotRow } from "../rows.ts";
import { buildLoad, buildWrite, type WriteCondition } from "./batch-text.ts";
import { DatabaseClock } from "./database-clock.ts";
import type { Database } from "./database.ts";
import { Distrust } from "./distrust.ts";
import { FactQueues } from "./fact-queues.ts";
import { type LoadAnswer, type LoadedRows, NOTHING_READ, readLoaded } from "./loaded-rows.ts";
import { leaveToRead, type Plan, planBatch } from "./plan-batch.ts";
import { isCollision, isOfData, isTaken } from "./postgres-error.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";
import { isOfSlotsAlone, isRoundAlone, withoutRecalled } from "./reach.ts";
import { Remembered } from "./remembered.ts";
import {
  type Answer,
  type Fact,
  type FactAsk,
  type PendingFact,
  type RanFacts,
  runFacts,
} from "./run-facts.ts";
import type { Tidings } from "./tidings.ts";
import { WorkingSet } from "./working-set.ts";

export interface CommitterParts {
  readonly database: Database;
  readonly world: Pick<World, "defer" | "monotonic">;
  readonly policy: RetryPolicy;
  readonly clock: "database" | "caller";
  readonly tidings: Tidings;
}

/**
 * Writes facts, many of one account in one transaction; and tells after the commit what it may have made due or changed. A
 * fact that throws leaves nothing, and fails alone; so does one that the database refuses, which is found by halves. Each
 * transaction is two round trips, locks and rows, then changes and commit; or one, where all is remembered that its
 * facts touch, or nothing of it is there.
 */
export class Committer {
  readonly #parts: CommitterParts;
  readonly #databaseClock: DatabaseClock;
  readonly #remembered = new Remembered();
  readonly #queues: FactQueues;
  /** Accounts of which people confirm who have confirmed before. */
  readonly #known = new Distrust();
  #isClosed = false;

  constructor(parts: CommitterParts) {
    this.#parts = parts;
    this.#databaseClock = new DatabaseClock(parts.world);
    this.#queues = new FactQueues(parts.world, (batch) => this.#commit(batch));
  }

  /** The fact's answer, once it is on disk. Rejects with `StoreError` when it is not, or may not be. */
  write<T>(ask: FactAsk, run: Fact<T>): Promise<T> {
    if (this.#isClosed) {
      const cause = new DatabaseError("YICI_DATABASE_CLOSED", "the database was closed");
      const message = "the fact was not written";
      return Promise.reject(new StoreError(message, { cause, isCommitUnknown: false }));
    }
    return new Promise<T>((resolve, reject) => {
      this.#queues.add({ ...ask, run, resolve, reject });
    });
  }

  /** Whether what may be leased of an account is better read beforehand: it will hardly change meanwhile. */
  isPreviewing(appid: AppId): boolean {
    return this.#remembered.isKnown(appid);
  }

  /** Commits what is waiting, and takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queues.drain();
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
    const { appid, reach } = firstOf(batch);
    try {
      const plan = planBatch(appid, batch, this.#remembered);
      const isRound = reach.isOfAccount === true;
      const answers = isRound ? await this.#writeUnread(plan) : await this.#writeFresh(plan);
      return answers ?? (await this.#readAndWrite(plan));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // What was claimed is perhaps so, and perhaps not.
      if (error.isCommitUnknown) this.#remembered.forget(appid);
      if (!isCollision(error.cause) || tries >= POSTGRES_LIMITS.collisionsMax) throw error;
      if (reach.isOfAccount === true) this.#doubt(appid, tries);
      return this.#transact(batch, tries + 1);
    }
  }

  /** At first the account may have changed; then rows are perhaps not even where they stood. */
  #doubt(appid: AppId, tries: number): void {
    this.#remembered.distrust(appid);
    if (tries > 0) this.#remembered.forget(appid);
  }

  /**
   * In one round trip, what touches nothing that is not remembered, or was read beforehand: it is written if the
   * account's state is still the one that is remembered, and refused as a collision otherwise. Answers nothing where more
   * must be read.
   */
  async #writeUnread(plan: Plan): Promise<readonly Answer[] | undefined> {
    const account = this.#remembered.recall(plan.appid);
    const now = this.#clockOf(plan) ?? this.#databaseClock.estimate();
    if (account?.account === undefined || now === undefined) return undefined;
    if (!isRoundAlone(leaveToRead(plan))) return undefined;
    const loaded = { ...NOTHING_READ, ...plan.preview, ...account, now };
    const decision = this.#run(plan, loaded, { kind: "version", version: account.version });
    // Where nothing is to be written, nothing says that what was decided on still stands.
    if (decision.kind !== "decided" || decision.write === undefined) return undefined;
    const answer = await this.#parts.database.commit(decision.write);
    this.#databaseClock.note(Number(answer));
    return this.#conclude(decision);
  }

  /**
   * In one round trip, confirmations of slots of which nobody has ever heard, with nonces that were never used: nothing is
   * read, and it is written if there are none of them. Answers nothing where there are, or may be.
   */
  async #writeFresh(plan: Plan): Promise<readonly Answer[] | undefined> {
    const { appid, reach } = plan;
    const now = this.#clockOf(plan) ?? this.#databaseClock.estimate();
    if (now === undefined || !isOfSlotsAlone(reach) || this.#known.ask(appid)) return undefined;
    const slots = reach.stirred.map((key) => buildUnheardOf(key));
    const loaded = { ...NOTHING_READ, ...NO_ACCOUNT, slots, now };
    const decision = this.#run(plan, loaded, { kind: "absence" });
    if (decision.kind !== "decided" || decision.write === undefined) return undefined;
    try {
      const answer = await this.#parts.database.commit(decision.write);
      this.#databaseClock.note(Number(answer));
    } catch (error) {
      if (!(error instanceof StoreError) || !isMet(error.cause)) throw error;
      this.#known.begin(appid);
      return undefined;
    }
    return this.#conclude(decision);
  }

  async #readAndWrite(first: Plan): Promise<readonly Answer[]> {
    let plan = first;
    let decided: Decided | undefined;
    await this.#parts.database.transact(this.#buildLoad(plan), (answer) => {
      const decision = this.#decide(plan, answer as LoadAnswer);
      if (decision.kind === "move") return { kind: "leave" };
      if (decision.kind === "again") {
        plan = decision.plan;
        return { kind: "ask", load: this.#buildLoad(plan) };
      }
      decided = decision;
      return { kind: "commit", write: decision.write };
    });
    if (decided === undefined) return this.#move(first.batch);
    return this.#conclude(decided);
  }

  /** Facts of slots that need the lock of the account's state wait for it with the others that do. */
  #move(batch: readonly PendingFact[]): readonly Answer[] {
    for (const fact of batch) {
      this.#queues.add({ ...fact, reach: { ...fact.reach, isOfAccount: true } });
    }
    return [];
  }

  /** The commit is on disk. */
  #conclude({ note, told, answers }: Decided): readonly Answer[] {
    note();
    this.#parts.tidings.tell(told);
    return answers;
  }

  #buildLoad(plan: Plan): string {
    const { appid, reach, recalled } = plan;
    const { waitingMax } = this.#parts.policy;
    return buildLoad(appid, withoutRecalled(reach, recalled), {
      now: this.#clockOf(plan),
      waitingMax,
    });
  }

  /** The latest of the callers' instants, where they are what the store goes by. */
  #clockOf({ batch }: Plan): EpochMs | undefined {
    if (this.#parts.clock !== "caller") return undefined;
    return Math.max(...batch.map(({ now }) => now));
  }

  /** Runs the facts on what was loaded and what is remembered; or finds that more must be read. */
  #decide(plan: Plan, answer: LoadAnswer): Decision {
    const { appid, reach, recalled } = plan;
    if (answer.again) return { kind: "move" };
    const loaded = readLoaded(appid, answer, this.#clockOf(plan) ?? answer.now);
    this.#databaseClock.note(answer.now);
    const stands = reach.isOfAccount && this.#remembered.compare(appid, loaded.touched);
    if (!stands && recalled.length > 0) return { kind: "again", plan: { ...plan, recalled: [] } };
    return this.#run(plan, loaded, { kind: "transaction", id: loaded.transaction });
  }

  #run(plan: Plan, loaded: LoadedRows, condition: WriteCondition): Decision {
    const { appid, batch, reach, recalled } = plan;
    const { policy, clock } = this.#parts;
    const rows = new WorkingSet({ appid, reach }, loaded, {
      recalled,
      find: (messageId) => this.#remembered.find(appid, messageId),
      listGroup: (group) => this.#remembered.listGroup(appid, group),
    });
    const nowOf = ({ now }: FactAsk): EpochMs => (clock === "caller" ? now : loaded.now);
    const ran = runFacts(batch, rows, { policy, nowOf });
    const isMoreToRead = ran.isUnread && recalled.length > 0;
    if (isMoreToRead) return { kind: "again", plan: { ...plan, recalled: [] } };
    const outbox = rows.listOutboxChanges();
    const { isOfAccount } = reach;
    const write = buildWrite(rows, outbox, { condition, isOfAccount, now: this.#clockOf(plan) });
    return {
      kind: "decided",
      ...ran,
      write,
      note: () => {
        if (!isOfAccount) return;
        this.#remembered.note(appid, outbox, {
          touched: loaded.touched + (rows.isTouching() ? 1 : 0),
          version: loaded.version + (write === undefined ? 0 : 1),
          account: rows.accounts.get(appid),
          isRound: condition.kind === "version" && reach.dueCount === 0,
        });
      },
    };
  }
}

type Decision =
  | Decided
  | { readonly kind: "again"; readonly plan: Plan }
  /** Locks are needed that were not taken. */
  | { readonly kind: "move" };

interface Decided extends RanFacts {
  readonly kind: "decided";
  readonly write: string | undefined;
  /** Keeps what was claimed in mind, after the commit. */
  readonly note: () => void;
}

const NO_ACCOUNT = { account: undefined, touched: 0, version: 0 };

/** Whether somebody else was there: before, or just now. */
function isMet(error: unknown): boolean {
  return isTaken(error) || isCollision(error);
}

function buildUnheardOf({ appid, openid, scene }: SlotKey): SlotRow {
  return { key: { appid, openid, scene }, generation: 0, confirmation: 0, usedAt: undefined };
}

function rejectAll(batch: readonly PendingFact[], error: unknown): readonly Answer[] {
  return batch.map(
    ({ reject }) =>
      (): void =>
        reject(error),
  );
}

function firstOf([first]: readonly PendingFact[]): PendingFact {
  if (first === undefined) throw new TypeError("a batch holds at least one fact");
  return first;
}
