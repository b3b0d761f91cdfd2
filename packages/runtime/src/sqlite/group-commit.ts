import type { World } from "../world.ts";
import { DatabaseError } from "./database-error.ts";
import type { SqliteFile } from "./sqlite-file.ts";

interface PendingFact {
  /** Writes the fact; the answer is kept until the commit is on disk. */
  readonly run: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

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
 */
export class GroupCommit {
  readonly #file: SqliteFile;
  readonly #world: Pick<World, "defer">;
  readonly #factsMax: number;
  readonly #seal: () => void;
  readonly #forget: () => void;
  readonly #pending: PendingFact[] = [];
  #isScheduled = false;
  #isClosed = false;

  constructor(file: SqliteFile, world: Pick<World, "defer">, options: GroupCommitOptions = {}) {
    this.#file = file;
    this.#world = world;
    this.#factsMax = options.factsMax ?? 1_000;
    this.#seal = options.seal ?? doNothing;
    this.#forget = options.forget ?? doNothing;
  }

  /** Runs `fact` inside the next commit; resolves with its answer once that commit is on disk. */
  commit<T>(fact: () => T): Promise<T> {
    if (this.#isClosed) {
      return Promise.reject(new DatabaseError("YICI_DATABASE_CLOSED", "the database was closed"));
    }
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ run: fact, resolve, reject });
      this.#schedule();
    });
  }

  /** Commits what is waiting, then accepts nothing more. The file stays open: its owner closes it. */
  close(): void {
    this.#isClosed = true;
    while (this.#pending.length > 0) this.#flush();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#world.defer(() => {
      this.#isScheduled = false;
      this.#flush();
      if (this.#pending.length > 0) this.#schedule();
    });
  }

  #flush(): void {
    const group = this.#pending.splice(0, this.#factsMax);
    if (group.length === 0) return;
    for (const answer of this.#write(group)) answer();
  }

  #write(group: readonly PendingFact[]): readonly (() => void)[] {
    try {
      return this.#together(group) ?? this.#oneByOne(group);
    } catch (error) {
      // The database refuses even to begin: every caller hears it, none waits for ever.
      return group.map((fact) => () => fact.reject(error));
    }
  }

  /** All facts in one transaction. Answers nothing when one of them threw: then nothing was written. */
  #together(group: readonly PendingFact[]): readonly (() => void)[] | undefined {
    this.#file.exec("BEGIN IMMEDIATE");
    try {
      const answers = group.map((fact) => ({ fact, value: fact.run() }));
      this.#seal();
      return this.#finish(
        answers.map(
          ({ fact, value }) =>
            () =>
              fact.resolve(value as never),
        ),
        group,
      );
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
      const value = fact.run();
      this.#seal();
      this.#file.exec("RELEASE fact");
      return () => fact.resolve(value as never);
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
      const unknown = new DatabaseError(
        "YICI_COMMIT_UNKNOWN",
        "the database did not confirm the commit",
        error,
      );
      return group.map((fact) => () => fact.reject(unknown));
    }
  }

  #rollBack(): void {
    // SQLite ends some transactions by itself, for example when the disk is full.
    if (this.#file.isTransaction) this.#file.exec("ROLLBACK");
    this.#forget();
  }
}

function doNothing(): void {}
