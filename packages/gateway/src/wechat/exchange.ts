import type { World } from "@yici/runtime";
import { DeadlineWatch, type Watched } from "./deadline-watch.ts";

/** One request to a platform's API. */
export interface ApiRequest {
  readonly method: "GET" | "POST";
  /** With its query, which may hold a token or a secret: never shown. */
  readonly path: string;
  readonly body: string | undefined;
  /** Names and values in turn, beside those that the body asks for. */
  readonly headers?: readonly string[];
}

/** By when a request must be over, waiting for a connection included. */
export interface ExchangeLimits {
  /** An instant of `world.monotonic()`. */
  readonly deadlineAt: number;
  /** Gives up at once when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** What one request came to. `reason`: a stable word, with the code of the system or of HTTP when there is one. */
export type ExchangeOutcome =
  /** Answered with HTTP 200, read to its end. */
  | { readonly kind: "replied"; readonly body: string }
  /** Provably not one byte of it was written. */
  | { readonly kind: "unsent"; readonly reason: string }
  /** It was written, or may have been, and no whole reply with status 200 came back. */
  | { readonly kind: "unanswered"; readonly reason: string };

/** The longest reply read, in bytes; the API's replies have some hundred. */
const REPLY_MAX = 64 * 1024;

type ExchangeWorld = Pick<World, "dispatcher" | "monotonic" | "sleep">;
type Dispatch = World["dispatcher"]["dispatch"];
type Handler = Required<
  Pick<
    Parameters<Dispatch>[1],
    "onRequestStart" | "onResponseStart" | "onResponseData" | "onResponseEnd" | "onResponseError"
  >
>;
type Controller = Parameters<Handler["onRequestStart"]>[0];

/**
 * Sends one request and says what it proves (rule 6). It is written at most once, never redirected and never repeated:
 * the dispatcher calls `onRequestStart` immediately before the first byte, so whatever fails earlier is `unsent`.
 * Never rejects.
 */
export type Exchange = (
  origin: string,
  request: ApiRequest,
  limits: ExchangeLimits,
) => Promise<ExchangeOutcome>;

/** Exchanges through a world's dispatcher. */
export function createExchange(world: ExchangeWorld): Exchange {
  const ground = { world, deadlines: new DeadlineWatch(world), stops: new StopList() };
  return (origin, { method, path, body, headers: own }, limits) =>
    new Promise((resolve) => {
      const journey = new Journey(ground, limits, resolve);
      const usual = body === undefined ? NO_HEADERS : JSON_HEADERS;
      const headers = own === undefined ? usual : [...usual, ...own];
      // Our deadline covers both timeouts; two timers more for each request would only cost.
      world.dispatcher.dispatch(
        { origin, method, path, headers, body: body ?? null, headersTimeout: 0, bodyTimeout: 0 },
        journey,
      );
    });
}

const NO_HEADERS: string[] = [];
const JSON_HEADERS: string[] = ["content-type", "application/json"];

/** Who is to be stopped by which signal: a listener for each request would cost as much as the request. */
class StopList {
  readonly #journeys = new WeakMap<AbortSignal, Set<Journey>>();

  of(signal: AbortSignal): Set<Journey> {
    const known = this.#journeys.get(signal);
    if (known !== undefined) return known;
    const journeys = new Set<Journey>();
    this.#journeys.set(signal, journeys);
    signal.addEventListener("abort", () => journeys.forEach((journey) => journey.stop()), {
      once: true,
    });
    return journeys;
  }
}

/** What all journeys of one world share. */
interface JourneyGround {
  readonly world: ExchangeWorld;
  readonly deadlines: DeadlineWatch;
  readonly stops: StopList;
}

/** One request on its way. What is learned first decides; what comes later is ignored. */
class Journey implements Handler, Watched {
  readonly deadlineAt: number;
  readonly #ground: JourneyGround;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (outcome: ExchangeOutcome) => void;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #isOver = false;
  /** Known from the moment the request may have been written. */
  #controller: Controller | undefined;

  constructor(
    ground: JourneyGround,
    { deadlineAt, signal }: ExchangeLimits,
    resolve: (outcome: ExchangeOutcome) => void,
  ) {
    this.deadlineAt = deadlineAt;
    this.#ground = ground;
    this.#signal = signal;
    this.#resolve = resolve;
    ground.deadlines.add(this);
    if (signal !== undefined) ground.stops.of(signal).add(this);
  }

  onRequestStart(controller: Controller): void {
    const isRepeated = this.#controller !== undefined;
    if (isRepeated) this.#giveUp("connection_lost");
    else if (this.#signal?.aborted === true) this.#giveUp("stopped");
    else if (this.#ground.world.monotonic() >= this.deadlineAt) this.#giveUp("deadline");
    if (this.#isOver) controller.abort(new Error("given up before it was written"));
    else this.#controller = controller;
  }

  onResponseStart(_controller: Controller, status: number): void {
    this.#status = status; // An interim 1xx is followed by the real one.
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > REPLY_MAX) this.#giveUp("reply_too_long");
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#status !== 200) return this.#giveUp(`http_status: ${this.#status}`);
    const [first, ...more] = this.#chunks;
    const bytes = more.length === 0 ? first : Buffer.concat(this.#chunks);
    return this.#finish({ kind: "replied", body: bytes?.toString("utf8") ?? "" });
  }

  onResponseError(_controller: Controller, error: Error): void {
    const word = this.#controller === undefined ? "no_connection" : "connection_lost";
    this.#giveUp(`${word}: ${readCode(error)}`);
  }

  expire(): void {
    this.#giveUp("deadline");
  }

  stop(): void {
    this.#giveUp("stopped");
  }

  #giveUp(reason: string): void {
    if (this.#isOver) return;
    this.#finish({ kind: this.#controller === undefined ? "unsent" : "unanswered", reason });
    this.#controller?.abort(new Error("given up"));
  }

  #finish(outcome: ExchangeOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ground.deadlines.delete(this);
    if (this.#signal !== undefined) this.#ground.stops.of(this.#signal).delete(this);
    this.#resolve(outcome);
  }
}

/** The code alone: a message may quote what was sent. */
function readCode(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,64}$/.test(code) ? code : error.name;
}
