import type { World } from "@yici/runtime";

type Dispatch = World["dispatcher"]["dispatch"];

/** What is to be sent, and who hears what becomes of it. */
export type RequestOptions = Parameters<Dispatch>[0];
export type RequestHandler = Parameters<Dispatch>[1];

type Controller = Parameters<NonNullable<RequestHandler["onRequestStart"]>>[0];

/** A connection on which one request travels, until it is answered, breaks or is given up. */
export class Line implements Controller {
  readonly paused = false;
  readonly #handler: RequestHandler;
  #onGivenUp: (() => void) | undefined;
  #reason: Error | null = null;
  #isOver = false;

  constructor(handler: RequestHandler) {
    this.#handler = handler;
  }

  get aborted(): boolean {
    return this.#reason !== null;
  }

  get reason(): Error | null {
    return this.#reason;
  }

  abort(reason: Error): void {
    if (this.#isOver || this.aborted) return;
    this.#reason = reason;
    this.#onGivenUp?.();
  }

  pause(): void {
    this.resume();
  }

  resume(): void {
    // Nothing here is long enough to be stopped in the middle.
  }

  /** The first byte is about to be written; the sender may still think better of it. */
  begin(): void {
    this.#handler.onRequestStart?.(this, {});
  }

  /** Has the sender's giving up be heard. */
  whenGivenUp(hear: () => void): void {
    this.#onGivenUp = hear;
  }

  answer(status: number, body: string): void {
    this.#isOver = true;
    this.#handler.onResponseStart?.(this, status, {});
    this.#handler.onResponseData?.(this, Buffer.from(body));
    this.#handler.onResponseEnd?.(this, {});
  }

  break(code: "ECONNREFUSED" | "ECONNRESET"): void {
    this.#isOver = true;
    this.#handler.onResponseError?.(this, Object.assign(new Error(code), { code }));
  }
}
