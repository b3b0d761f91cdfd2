import { StoreError } from "@yici/protocol";
import { DatabaseError, GroupCommit, type SqliteFile, type World } from "@yici/runtime";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { FactContext } from "./facts/fact-context.ts";

/** Writes facts, many in one commit, and calls the listener after a commit that may have made something due. */
export class Committer {
  readonly #world: Pick<World, "defer">;
  readonly #group: GroupCommit;
  readonly #context: FactContext;
  #listener: (() => void) | undefined;
  #isDue = false;

  constructor(file: SqliteFile, world: Pick<World, "defer">, policy: RetryPolicy) {
    this.#world = world;
    this.#group = new GroupCommit(file, world);
    this.#context = { file, policy, noteDue: () => void (this.#isDue = true) };
  }

  onDue(listener: () => void): void {
    this.#listener = listener;
  }

  /** The fact's answer, once it is on disk. Rejects with {@link StoreError} when it is not, or may not be. */
  async write<T>(fact: (context: FactContext) => T): Promise<T> {
    try {
      const answer = await this.#group.commit(() => fact(this.#context));
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
    if (!this.#isDue) return;
    this.#isDue = false;
    // In a turn of its own, so that what the listener does is nobody's commit.
    this.#world.defer(() => this.#listener?.());
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
