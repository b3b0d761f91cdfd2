import type { AppId } from "@yici/protocol";
import type { World } from "@yici/runtime";
import type postgres from "postgres";
import type { Changed } from "../store.ts";
import { connect } from "./database.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";
import { CHANNEL } from "./write-function.ts";

/** What a commit may have made due or changed. */
export interface Told {
  readonly appid: AppId;
  readonly isDue: boolean;
  readonly messageIds: readonly string[];
}

interface Notice {
  /** The store that sent it, which knows already. */
  readonly from: string;
  readonly isDue: boolean;
  /** Absent when there are too many for a notice. */
  readonly messageIds?: readonly string[];
}

export interface TidingsParts {
  readonly world: Pick<World, "defer" | "sleep" | "randomBytes" | "log">;
  /** Null: nothing is heard, the database is looked at again and again. */
  readonly listenUrl: string | null;
}

/**
 * Carries the word of a commit to this process's listeners, and by `NOTIFY` to those of the others. A notice may be
 * lost with its connection: so all is said to be due and changed when one begins to listen, and now and then.
 */
export class Tidings {
  readonly #parts: TidingsParts;
  readonly #name: string;
  readonly #sql: postgres.Sql<{ readonly bigint: number }> | undefined;
  readonly #closing = new AbortController();
  #polling: Promise<void> | undefined;
  #isListening = false;
  #dueListener: (() => void) | undefined;
  #changeListener: ((changed: Changed) => void) | undefined;

  constructor(parts: TidingsParts) {
    this.#parts = parts;
    this.#name = parts.world.randomBytes(9).toString("base64url");
    this.#sql = parts.listenUrl === null ? undefined : connect(parts.listenUrl, 1);
  }

  /** Begins to listen. Where that fails the database is looked at more often, as where it is not asked for. */
  async open(): Promise<void> {
    if (this.#sql === undefined) return;
    const hear = (text: string): void => this.#hear(JSON.parse(text) as Notice);
    try {
      await this.#sql.listen(CHANNEL, hear, () => this.#onListening());
      this.#isListening = true;
    } catch (error) {
      this.#parts.world.log.warn({ err: error }, "Cannot listen; the database is polled instead.");
    }
  }

  onDue(listener: () => void): void {
    this.#dueListener = listener;
    this.#polling ??= this.#poll();
  }

  onChange(listener: (changed: Changed) => void): void {
    this.#changeListener = listener;
    this.#polling ??= this.#poll();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#polling;
    await this.#sql?.end({ timeout: 1 });
  }

  /** The notice of a commit, to be sent with it; none when nothing of it concerns others. */
  writeNotice({ isDue, messageIds }: Told): string | undefined {
    if (!isDue && messageIds.length === 0) return undefined;
    const isFew = messageIds.length <= POSTGRES_LIMITS.noticeIdsMax;
    const notice: Notice = { from: this.#name, isDue, ...(isFew && { messageIds }) };
    return JSON.stringify(notice);
  }

  /** In a turn of its own, so that what a listener does is nobody's commit. */
  tell({ isDue, messageIds }: Pick<Told, "isDue" | "messageIds">): void {
    if (!isDue && messageIds.length === 0) return;
    this.#parts.world.defer(() => this.#say(isDue, messageIds));
  }

  #hear({ from, isDue, messageIds }: Notice): void {
    if (from !== this.#name) this.#say(isDue, messageIds ?? "unknown");
  }

  /** The connection was lost and is there again: nobody knows what was missed. */
  #onListening(): void {
    if (this.#isListening) this.#sayAll();
  }

  #sayAll(): void {
    this.#say(true, "unknown");
  }

  #say(isDue: boolean, changed: Changed): void {
    if (this.#closing.signal.aborted) return;
    if (isDue) this.#dueListener?.();
    if (changed.length > 0) this.#changeListener?.(changed);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#closing;
    const { pollMs, pollDeafMs } = POSTGRES_LIMITS;
    while (!signal.aborted) {
      await this.#parts.world.sleep(this.#isListening ? pollMs : pollDeafMs, signal);
      this.#sayAll();
    }
  }
}
