import { StoreError } from "@yici/protocol";
import { DatabaseError, GroupCommit, type SqliteFile, type World } from "@yici/runtime";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { FactContext } from "../facts/fact-context.ts";
import { SqliteRows } from "./sqlite-rows.ts";

/** What a fact may have made due or changed. */
interface Tidings {
  isDue: boolean;
  readonly changed: Set<string>;
}

/** Writes facts, many in one commit, and tells its listeners after a commit what it may have made due or changed. */
export class Committer {
  /** The rows as they were committed last, for readers. */
  readonly rows: SqliteRows;
  readonly #world: Pick<World, "defer">;
  readonly #policy: RetryPolicy;
  readonly #group: GroupCommit;
  #dueListener: (() => void) | undefined;
  #changeListener: ((messageIds: readonly string[]) => void) | undefined;
  /** What is on disk and not yet told. */
  #tidings = buildTidings();

  constructor(file: SqliteFile, world: Pick<World, "defer">, policy: RetryPolicy) {
    this.#world = world;
    this.#policy = policy;
    this.rows = new SqliteRows(file);
    this.#group = new GroupCommit(file, world, {
      seal: () => this.rows.seal(),
      forget: () => this.rows.forget(),
      // A round of sends costs several times what a sync takes.
      isPipelined: true,
    });
  }

  onDue(listener: () => void): void {
    this.#dueListener = listener;
  }

  onChange(listener: (messageIds: readonly string[]) => void): void {
    this.#changeListener = listener;
  }

  /** The fact's answer, once it is on disk. Rejects with {@link StoreError} when it is not, or may not be. */
  async write<T>(fact: (context: FactContext) => T): Promise<T> {
    let tidings = buildTidings();
    try {
      const answer = await this.#group.commit(() => {
        tidings = buildTidings(); // A fact may run twice.
        return fact(this.#buildContext(tidings));
      });
      this.#tell(tidings);
      return answer;
    } catch (error) {
      throw explain(error);
    }
  }

  /** What is read, once all of it is on disk: until then nobody may be told. */
  async read<T>(look: () => T): Promise<T> {
    const found = look();
    try {
      await this.#group.synced();
    } catch (error) {
      throw explain(error);
    }
    return found;
  }

  /** Commits what is waiting, then takes nothing more. */
  close(): void {
    this.#group.close();
  }

  #buildContext(tidings: Tidings): FactContext {
    return {
      rows: this.rows,
      policy: this.#policy,
      noteDue: () => void (tidings.isDue = true),
      noteChange: (messageId) => void tidings.changed.add(messageId),
    };
  }

  /** Once for all facts that are answered in one turn, and in a turn of its own: what a listener does is nobody's commit. */
  #tell({ isDue, changed }: Tidings): void {
    if (!isDue && changed.size === 0) return;
    const waiting = this.#tidings;
    if (!waiting.isDue && waiting.changed.size === 0) this.#world.defer(() => this.#flush());
    waiting.isDue ||= isDue;
    for (const messageId of changed) waiting.changed.add(messageId);
  }

  #flush(): void {
    const { isDue, changed } = this.#tidings;
    this.#tidings = buildTidings();
    if (isDue) this.#dueListener?.();
    if (changed.size > 0) this.#changeListener?.([...changed]);
  }
}

function buildTidings(): Tidings {
  return { isDue: false, changed: new Set() };
}

function explain(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof RangeError) return error;
  const isCommitUnknown = error instanceof DatabaseError && error.code === "YICI_COMMIT_UNKNOWN";
  const message = isCommitUnknown
    ? "nobody can say whether the commit happened"
    : "the fact was not written";
  return new StoreError(message, { cause: error, isCommitUnknown });
}
