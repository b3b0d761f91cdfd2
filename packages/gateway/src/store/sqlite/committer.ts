import { StoreError } from "@yici/protocol";
import { DatabaseError, GroupCommit, type SqliteFile, type World } from "@yici/runtime";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { FactContext } from "../facts/fact-context.ts";
import { SqliteRows } from "./sqlite-rows.ts";
import type { DueMessage } from "./tables/due-messages.ts";

/** Writes facts, many in one commit, and tells its listeners after a commit what it may have made due or changed. */
export class Committer {
  /** The rows as they were committed last, for readers. */
  readonly rows: SqliteRows;
  readonly #world: Pick<World, "defer">;
  readonly #group: GroupCommit;
  readonly #context: FactContext<DueMessage>;
  #dueListener: (() => void) | undefined;
  #changeListener: ((messageIds: readonly string[]) => void) | undefined;
  #isDue = false;
  /** Perhaps more than once: a set would cost more than telling it twice. */
  #changed: string[] = [];

  constructor(file: SqliteFile, world: Pick<World, "defer">, policy: RetryPolicy) {
    this.#world = world;
    this.rows = new SqliteRows(file);
    this.#group = new GroupCommit(file, world, {
      seal: () => this.rows.seal(),
      forget: () => this.rows.forget(),
    });
    this.#context = {
      rows: this.rows,
      policy,
      noteDue: () => void (this.#isDue = true),
      noteChange: (messageId) => void this.#changed.push(messageId),
    };
  }

  onDue(listener: () => void): void {
    this.#dueListener = listener;
  }

  onChange(listener: (messageIds: readonly string[]) => void): void {
    this.#changeListener = listener;
  }

  /** The fact's answer, once it is on disk. Rejects with {@link StoreError} when it is not, or may not be. */
  async write<T>(fact: (context: FactContext<DueMessage>) => T): Promise<T> {
    try {
      const answer = await this.#group.commit(() => {
        const told = fact(this.#context);
        this.rows.endFact();
        return told;
      });
      this.#tell();
      return answer;
    } catch (error) {
      throw explain(error);
    }
  }

  /** Commits what is waiting, then takes nothing more. */
  close(): void {
    this.#group.close();
  }

  /** Once for each commit: all its facts are answered in one turn, and the first one tells for all. */
  #tell(): void {
    if (!this.#isDue && this.#changed.length === 0) return;
    const [isDue, changed] = [this.#isDue, this.#changed];
    this.#isDue = false;
    this.#changed = [];
    // In a turn of its own, so that what a listener does is nobody's commit.
    this.#world.defer(() => {
      if (isDue) this.#dueListener?.();
      if (changed.length > 0) this.#changeListener?.(changed);
    });
  }
}

function explain(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof RangeError) return error;
  const isCommitUnknown = error instanceof DatabaseError && error.code === "YICI_COMMIT_UNKNOWN";
  const message = isCommitUnknown
    ? "nobody can say whether the commit happened"
    : "the fact was not written";
  return new StoreError(message, { cause: error, isCommitUnknown });
}
