import type { World } from "@yici/runtime";
import type postgres from "postgres";
import type { Changed } from "../store.ts";
import { connect } from "./database.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";
import { CHANNEL } from "./statements.ts";

/** What a commit may have made due or changed. */
export interface Told {
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

const NOTHING: Told = { isDue: false, messageIds: [] };

export interface TidingsParts {
  readonly world: Pick<World, "defer" | "sleep" | "randomBytes" | "log">;
  /** Sends a notice to every process that listens. */
  readonly send: (notice: string) => Promise<unknown>;
  /** Null: nothing is heard, the database is looked at again and again. */
  readonly listenUrl: string | null;
}

/**
 * Carries the word of a commit to this process's listeners, and by `NOTIFY` to those of the others. Not inside of the
 * commit: all that notify stand in one line of the server's until they are on disk. One notice at a time tells of every
 * commit since the last one. It may be lost, with its connection or this process: so all is said to be due and changed
 * when one begins to listen, and now and then.
 */
export class Tidings {
  readonly #parts: TidingsParts;
  readonly #name: string;
  readonly #sql: postgres.Sql<{ readonly bigint: number }> | undefined;
  readonly #closing = new AbortController();
  #polling: Promise<void> | undefined;
  #sending: Promise<void> | undefined;
  /** What is to be told to the others next. */
  #unsent: Told = NOTHING;
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
    await this.#sending;
    await this.#sql?.end({ timeout: 1 });
  }

  /** In a turn of its own, so that what a listener does is nobody's commit. */
  tell({ isDue, messageIds }: Told): void {
    if (!isDue && messageIds.length === 0) return;
    this.#parts.world.defer(() => this.#say(isDue, messageIds));
    const unsent = this.#unsent;
    this.#unsent = {
      isDue: unsent.isDue || isDue,
      messageIds: [...unsent.messageIds, ...messageIds],
    };
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  async #sendAll(): Promise<void> {
    while (this.#unsent !== NOTHING) {
      const told = this.#unsent;
      this.#unsent = NOTHING;
      await this.#send(told);
    }
  }

  async #send({ isDue, messageIds }: Told): Promise<void> {
    const isFew = messageIds.length <= POSTGRES_LIMITS.noticeIdsMax;
    const notice: Notice = { from: this.#name, isDue, ...(isFew && { messageIds }) };
    try {
      await this.#parts.send(JSON.stringify(notice));
    } catch (error) {
      this.#parts.world.log.debug({ err: error }, "A notice was not sent; others will look.");
    }
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
