import assert from "node:assert/strict";
import { SEND_PATH } from "@yici/protocol";
import { createDispatcher, type World } from "@yici/runtime";

type Dispatcher = World["dispatcher"];
type Dispatch = Dispatcher["dispatch"];
type Options = Parameters<Dispatch>[0];
type Handler = Parameters<Dispatch>[1];

/** Nobody listens there: connecting is refused. */
const DEAD_ORIGIN = "http://127.0.0.1:1";

/** The cable between a gateway and its platform: real HTTP, and a test can hold on to a send on its way. */
export class Cable {
  /** What the gateway calls the platform through. */
  readonly dispatcher: Dispatcher;
  readonly #base = createDispatcher();
  readonly #wanted: ((send: CaughtSend) => void)[] = [];
  readonly #caught: CaughtSend[] = [];
  readonly #targets: string[] = [];

  constructor() {
    this.dispatcher = this.#base.compose((dispatch) => (options, handler) => {
      this.#targets.push(options.path);
      return this.#pass(dispatch, options, handler);
    });
  }

  /** The path and query of every call so far. */
  get targets(): readonly string[] {
    return this.#targets;
  }

  /** Catches the next send that nobody waits for yet, before its first byte is written. Its attempt is on record by then. */
  catchSend(): Promise<CaughtSend> {
    return new Promise((resolve) => void this.#wanted.push(resolve));
  }

  /** Cuts the cable; whoever is still on the way is lost. */
  async close(): Promise<void> {
    this.#wanted.length = 0;
    await this.#base.destroy();
    for (const send of this.#caught) await send.finish();
  }

  #pass(dispatch: Dispatch, options: Options, handler: Handler): boolean {
    const isSend = options.path.startsWith(`${SEND_PATH}?`);
    const catcher = isSend ? this.#wanted.shift() : undefined;
    if (catcher === undefined) return dispatch(options, handler);
    const send = new CaughtSend(dispatch, options, handler);
    this.#caught.push(send);
    catcher(send);
    return true;
  }
}

/** A send that a test holds on to: first on its way out, then, with the platform's answer, on its way back. */
export class CaughtSend {
  readonly #dispatch: Dispatch;
  readonly #options: Options;
  readonly #handler: Handler;
  /** What the gateway has yet to hear, in order. */
  readonly #news: (() => void)[] = [];
  #back: Promise<void> | undefined;
  #hasArrived = false;

  constructor(dispatch: Dispatch, options: Options, handler: Handler) {
    this.#dispatch = dispatch;
    this.#options = options;
    this.#handler = handler;
  }

  /** Lets it reach the platform; resolves when the answer, or the loss of it, is about to reach the gateway. */
  travel(): Promise<void> {
    this.#back ??= new Promise((resolve) => {
      this.#dispatch(this.#options, this.#hold(resolve));
    });
    return this.#back;
  }

  /** Lets the gateway hear what came of it. */
  arrive(): void {
    assert.ok(this.#news.length > 0, "nothing has come back yet");
    this.#hasArrived = true;
    for (const tell of this.#news.splice(0)) tell();
  }

  /** Lets it find nobody at the other end; resolves when the gateway knows. */
  failToConnect(): Promise<void> {
    this.#back ??= new Promise((resolve) => {
      this.#dispatch({ ...this.#options, origin: DEAD_ORIGIN }, this.#hold(resolve));
    });
    return this.#back.then(() => this.arrive());
  }

  /** Brings it to its end, wherever it is. */
  async finish(): Promise<void> {
    await this.travel();
    if (!this.#hasArrived) this.arrive();
  }

  #hold(hasComeBack: () => void): Handler {
    const handler = this.#handler;
    const later = (tell: () => void): void => void this.#news.push(tell);
    return {
      onRequestStart: (...parts) => handler.onRequestStart?.(...parts),
      onResponseStart: (...parts) => later(() => handler.onResponseStart?.(...parts)),
      onResponseData: (...parts) => later(() => handler.onResponseData?.(...parts)),
      onResponseEnd: (...parts) => {
        later(() => handler.onResponseEnd?.(...parts));
        hasComeBack();
      },
      onResponseError: (...parts) => {
        later(() => handler.onResponseError?.(...parts));
        hasComeBack();
      },
    };
  }
}
