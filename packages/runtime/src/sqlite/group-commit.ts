import type { World } from "../world.ts";
import { DatabaseError } from "./database-error.ts";
import type { SqliteFile } from "./sqlite-file.ts";

interface PendingFact {
  /** Writes the fact; the answer is kept until the commit is on disk. */
  readonly run: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Facts of one commit, and what their callers are answered once it is on disk. */
interface CommittedGroup {
  readonly facts: readonly PendingFact[];
  readonly answers: readonly (() => void)[];
  /** Others who wait for the disk to have it. */
  readonly waiters: PendingFact[];
}

/** What a group commit needs of a file. */
export type CommittedFile = Pick<
  SqliteFile,
  "exec" | "isTransaction" | "isSyncedApart" | "sync" | "syncNow"
>;

export interface GroupCommitOptions {
  /** Facts in one commit at most. Default 1 000. */
  readonly factsMax?: number;
  /** Writes what facts left to be written together; called after them, inside their transaction. */
  readonly seal?: () => void;
  /** Facts were undone: what memory holds of them is void. */
  readonly forget?: () => void;
  /**
   * Of a file that is synced apart: the next facts are written while the last ones are synced, instead of gathering until
   * that is over. For facts that cost more than the wait. Default false.
   */
  readonly isPipelined?: boolean;
}

/**
 * Many callers' facts, one physical commit. Each caller is answered after the commit that holds its fact is on disk.
 * A fact that throws fails alone: the group is rolled back and every fact is tried again by itself, inside one
 * commit. So a fact may run twice and must do nothing but read and write this database.
 *
 * Of a file that is synced apart, one sync is under way at a time, and what comes meanwhile shares the next one. When a
 * sync fails nobody knows what the disk holds: every caller from then on is refused.
 */
export class GroupCommit {
  readonly #file: CommittedFile;
  readonly #world: Pick<World, "defer">;
  readonly #factsMax: number;
  readonly #seal: () => void;
  readonly #forget: () => void;
  readonly #isPipelined: boolean;
  readonly #pending: PendingFact[] = [];
  /** Committed, and not yet known to be on disk, in their order. */
  readonly #unsynced: CommittedGroup[] = [];
  #isSyncing = false;
  #isScheduled = false;
  /** Why nothing is accepted any more. */
  #refusal: DatabaseError | undefined;

  constructor(file: CommittedFile, world: Pick<World, "defer">, options: GroupCommitOptions = {}) {
    this.#file = file;
    this.#world = world;
    this.#factsMax = options.factsMax ?? 1_000;
    this.#seal = options.seal ?? doNothing;
    this.#forget = options.forget ?? doNothing;
    this.#isPipelined = options.isPipelined ?? false;
  }

  /** Runs `fact` inside the next commit; resolves with its answer once that commit is on disk. */
  commit<T>(fact: () => T): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ run: fact, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when everything committed so far is on disk, so that what was read of it may be promised. */
  async synced(): Promise<void> {
    const last = this.#unsynced.at(-1);
    if (last === undefined) return;
    await new Promise<void>((resolve, reject) => {
      last.waiters.push({ run: doNothing, resolve, reject });
    });
  }

  /** Commits what is waiting, then accepts nothing more. The file stays open: its owner closes it. */
  close(): void {
    this.#refusal ??= new DatabaseError("YICI_DATABASE_CLOSED", "the database was closed");
    const groups = this.#unsynced.splice(0);
    while (this.#pending.length > 0) groups.push(this.#commitNext());
    try {
      this.#file.syncNow();
      groups.forEach(tellGroup);
    } catch (error) {
      this.#refuseAll(groups, unknownCommit(error));
    }
  }

  #schedule(): void {
    if (this.#isScheduled || (this.#isSyncing && !this.#isPipelined)) return;
    this.#isScheduled = true;
    this.#world.defer(() => {
      this.#isScheduled = false;
      this.#flush();
      if (this.#pending.length > 0) this.#schedule();
    });
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const group = this.#commitNext();
    if (!this.#file.isSyncedApart) return tellGroup(group);
    this.#unsynced.push(group);
    if (!this.#isSyncing) void this.#syncApart();
  }

  #commitNext(): CommittedGroup {
    const facts = this.#pending.splice(0, this.#factsMax);
    return { facts, answers: this.#write(facts), waiters: [] };
  }

  /** Syncs until everything that was committed is on disk. Never rejects. */
  async #syncApart(): Promise<void> {
    this.#isSyncing = true;
    while (this.#unsynced.length > 0) {
      const count = this.#unsynced.length;
      const failure = await this.#findSyncFailure();
      // What closing has answered is not there any more.
      const synced = this.#unsynced.splice(0, failure === undefined ? count : Infinity);
      if (failure === undefined) synced.forEach(tellGroup);
      else this.#refuseAll(synced, failure);
    }
    this.#isSyncing = false;
    if (this.#pending.length > 0) this.#schedule();
  }

  async #findSyncFailure(): Promise<DatabaseError | undefined> {
    try {
      await this.#file.sync();
      return undefined;
    } catch (error) {
      return unknownCommit(error);
    }
  }

  #refuseAll(groups: readonly CommittedGroup[], failure: DatabaseError): void {
    this.#refusal ??= failure;
    const refused = groups.flatMap(({ facts, waiters }) => [...facts, ...waiters]);
    tellAll(rejectAll([...refused, ...this.#pending.splice(0)], failure));
  }

  #write(group: readonly PendingFact[]): readonly (() => void)[] {
    try {
      return this.#together(group) ?? this.#oneByOne(group);
    } catch (error) {
      // The database refuses even to begin: every caller hears it, none waits for ever.
      return rejectAll(group, error);
    }
  }

  /** All facts in one transaction. Answers nothing when one of them threw: then nothing was written. */
  #together(group: readonly PendingFact[]): readonly (() => void)[] | undefined {
    this.#file.exec("BEGIN IMMEDIATE");
    try {
      const answers = group.map((fact) => answerWith(fact, fact.run()));
      this.#seal();
      return this.#finish(answers, group);
    } catch {
      this.#rollBack();
      return undefined;
    }
  }

  /** Each fact behind a savepoint of its own, still one commit. */
  #oneByOne(group: readonly PendingFact[]): readonly (() => void)[] {
    this.#file.exec("BEGIN IMMEDIATE");
    return this.#finish(
      group.map((fact) => this.#alone(fact)),
      group,
    );
  }

  #alone(fact: PendingFact): () => void {
    this.#file.exec("SAVEPOINT fact");
    try {
      const answer = answerWith(fact, fact.run());
      this.#seal();
      this.#file.exec("RELEASE fact");
      return answer;
    } catch (error) {
      this.#file.exec("ROLLBACK TO fact; RELEASE fact");
      this.#forget();
      return () => fact.reject(error);
    }
  }

  #finish(
    answers: readonly (() => void)[],
    group: readonly PendingFact[],
  ): readonly (() => void)[] {
    try {
      this.#file.exec("COMMIT");
      return answers;
    } catch (error) {
      this.#rollBack();
      return rejectAll(group, unknownCommit(error));
    }
  }

  #rollBack(): void {
    // SQLite ends some transactions by itself, for example when the disk is full.
    if (this.#file.isTransaction) this.#file.exec("ROLLBACK");
    this.#forget();
  }
}

function doNothing(): void {}

function answerWith(fact: PendingFact, value: unknown): () => void {
  return () => fact.resolve(value as never);
}

function rejectAll(facts: readonly PendingFact[], error: unknown): readonly (() => void)[] {
  return facts.map((fact) => () => fact.reject(error));
}

function tellGroup({ answers, waiters }: CommittedGroup): void {
  tellAll(answers);
  for (const waiter of waiters) waiter.resolve(undefined as never);
}

function tellAll(answers: readonly (() => void)[]): void {
  for (const answer of answers) answer();
}

function unknownCommit(cause: unknown): DatabaseError {
  return new DatabaseError("YICI_COMMIT_UNKNOWN", "the database did not confirm the commit", cause);
}
