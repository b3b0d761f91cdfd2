import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";

/** One request on its way and who waits for its reply, as `undici` has them. It ends once: whatever comes later is not told. */
export class Errand implements Dispatcher.DispatchController {
  /** Head and body. */
  readonly text: string;
  readonly #handler: Dispatcher.DispatchHandler;
  #reason: Error | null = null;
  #isOver = false;
  /** Ends the connection that it is under way on. */
  #hangUp: (() => void) | undefined;

  constructor(text: string, handler: Dispatcher.DispatchHandler) {
    this.text = text;
    this.#handler = handler;
  }

  get aborted(): boolean {
    return this.#reason !== null;
  }

  get reason(): Error | null {
    return this.#reason;
  }

  /** Never: who would have it wait is told the rest all the same, of which there is little. */
  get paused(): boolean {
    return false;
  }

  pause(): void {}

  resume(): void {}

  abort(reason: Error): void {
    if (this.#isOver) return;
    this.#reason = reason;
    this.fail(reason);
    this.#hangUp?.();
  }

  /** Tells that the first byte is about to be written. False: it was given up before. */
  begin(hangUp: () => void): boolean {
    this.#tell(() => this.#handler.onRequestStart?.(this, {}));
    if (this.#isOver) return false;
    this.#hangUp = hangUp;
    return true;
  }

  startReply(status: number, headers: IncomingHttpHeaders): void {
    this.#tell(() => this.#handler.onResponseStart?.(this, status, headers));
  }

  addToReply(chunk: Buffer): void {
    if (chunk.length > 0) this.#tell(() => this.#handler.onResponseData?.(this, chunk));
  }

  endReply(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.onResponseEnd?.(this, {});
  }

  /** Tells that there will be no reply, or no more of it. */
  fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.onResponseError?.(this, error);
  }

  /** A handler that throws gives the errand up. */
  #tell(tell: () => void): void {
    if (this.#isOver) return;
    try {
      tell();
    } catch (error) {
      this.abort(error instanceof Error ? error : new Error("a handler threw", { cause: error }));
    }
  }
}
