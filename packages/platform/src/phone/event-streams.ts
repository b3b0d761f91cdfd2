import type { Writable } from "node:stream";
import type { World } from "@yici/runtime";

/** How many browsers may be listening at once. */
const STREAMS_MAX = 200;
/** How often a silent stream shows that it is alive, so that nothing between here and the browser cuts it. */
const HEARTBEAT_MS = 20_000;
/** A browser that reads nothing is dropped at this backlog; it comes back by itself. */
const BACKLOG_MAX_BYTES = 16_384;
const RECONNECT_MS = 1000;

/** As much of a response as a stream needs. */
interface EventResponse extends Writable {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
}

/** The open Server-Sent Events, each telling one browser that what it shows has changed. */
export class EventStreams {
  readonly #world: World;
  readonly #open = new Set<AbortController>();
  #isClosed = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether another stream would be one too many. */
  get isFull(): boolean {
    return this.#isClosed || this.#open.size >= STREAMS_MAX;
  }

  /** Answers with a stream that lasts until the browser leaves or `close` is called. Assert `!isFull` first. */
  start(response: EventResponse, subscribe: (listener: () => void) => () => void): void {
    const life = new AbortController();
    this.#open.add(life);
    const unsubscribe = subscribe(this.#announcer(response, life.signal));
    life.signal.addEventListener("abort", () => {
      this.#open.delete(life);
      unsubscribe();
      response.end();
    });
    response.on("close", () => life.abort()).on("error", () => life.abort());
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    void this.#beat(response, life.signal);
  }

  /** Ends every stream and starts no more. */
  close(): void {
    this.#isClosed = true;
    for (const life of this.#open) life.abort();
  }

  /** Many changes at once are one event. */
  #announcer(response: EventResponse, signal: AbortSignal): () => void {
    let isPending = false;
    return () => {
      if (isPending) return;
      isPending = true;
      this.#world.defer(() => {
        isPending = false;
        if (!signal.aborted) send(response, "event: change\ndata: {}\n\n");
      });
    };
  }

  async #beat(response: EventResponse, signal: AbortSignal): Promise<void> {
    await this.#world.sleep(HEARTBEAT_MS, signal);
    while (!signal.aborted) {
      send(response, ":\n\n");
      await this.#world.sleep(HEARTBEAT_MS, signal);
    }
  }
}

function send(response: EventResponse, text: string): void {
  if (response.writableLength > BACKLOG_MAX_BYTES) response.destroy();
  else response.write(text);
}
