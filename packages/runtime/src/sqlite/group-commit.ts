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
}

/**
 * Many callers' facts, one physical commit. Each caller is answered after the commit that holds its fact is on disk.
 * A fact that throws fails alone: the group is rolled back and every fact is tried again by itself, inside one
 * commit. So a fact may run twice and must do nothing but read and write this database.
 *
 * Of a file that is synced apart, one sync is under way at a time, and the facts that come meanwhile share the next commit.
 * When a sync fails nobody knows what the disk holds: every caller from then on is refused.
 */
export class GroupCommit {
  readonly #file: CommittedFile;
  readonly #world: Pick<World, "defer">;
  readonly #factsMax: number;
  readonly #seal: () => void;
  readonly #forget: () => void;
  readonly #pending: PendingFact[] = [];
  /** Committed, and being brought to the disk. */
  #underWay: CommittedGroup | undefined;
  #isScheduled = false;
  /** Why nothing is accepted any more. */
  #refusal: DatabaseError | undefined;

  constructor(
    file: CommittedFile,
    world: Pick<World, "defer">,
    { factsMax = 1_000, seal = doNothing, forget = doNothing }: GroupCommitOptions = {},
  ) {
    this.#file = file;
    this.#world = world;
    this.#factsMax = factsMax;
    this.#seal = seal;
    this.#forget = forget;
  }

  /** Runs `fact` inside the next commit; resolves with its answer once that commit is on disk. */
  commit<T>(fact: () => T): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ run: fact, resolve, reject });
      this.#schedule();
    });
  }

  /** Commits what is waiting, then accepts nothing more. The file stays open: its owner closes it. */
  close(): void {
    this.#refusal ??= new DatabaseError("YICI_DATABASE_CLOSED", "the database was closed");
    const groups = this.#underWay === undefined ? [] : [this.#underWay];
    this.#underWay = undefined;
    while (this.#pending.length > 0) groups.push(this.#commitNext());
    try {
      this.#file.syncNow();
      for (const { answers } of groups) tellAll(answers);
    } catch (error) {
      for (const { facts } of groups) tellAll(rejectAll(facts, unknownCommit(error)));
    }
  }

  #schedule(): void {
    if (this.#isScheduled || this.#underWay !== undefined) return;
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
    if (this.#file.isSyncedApart) void this.#syncApart(group);
    else tellAll(group.answers);
  }

  #commitNext(): CommittedGroup {
    const facts = this.#pending.splice(0, this.#factsMax);
    return { facts, answers: this.#write(facts) };
  }

  /** Never rejects. */
  async #syncApart(group: CommittedGroup): Promise<void> {
    this.#underWay = group;
    try {
      await this.#file.sync();
    } catch (error) {
      this.#refusal ??= unknownCommit(error);
      tellAll(rejectAll([...group.facts, ...this.#pending.splice(0)], this.#refusal));
    }
    // Closing has answered it otherwise, and answering again is harmless.
    this.#underWay = undefined;
    tellAll(group.answers);
    if (this.#pending.length > 0) this.#schedule();
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

function tellAll(answers: readonly (() => void)[]): void {
  for (const answer of answers) answer();
}

function unknownCommit(cause: unknown): DatabaseError {
  return new DatabaseError("YICI_COMMIT_UNKNOWN", "the database did not confirm the commit", cause);
}
