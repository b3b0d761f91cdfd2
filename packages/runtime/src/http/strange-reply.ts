import { request as requestByNode } from "node:http";
import { Duplex } from "node:stream";
import type { Errand } from "./errand.ts";

/**
 * Reads one reply by Node's own parser, which knows all of HTTP. It believes that it has sent the request itself: what it
 * writes goes nowhere, what the real connection receives is given to it.
 */
export class StrangeReply {
  readonly #wire = new Duplex({
    read: () => {},
    write: (_chunk, _encoding, written) => written(),
  });

  /** `isOver` is called when the reply has ended, well or not, and the errand knows. */
  constructor(errand: Errand, isOver: () => void) {
    const request = requestByNode({ createConnection: () => this.#wire });
    const fail = (error: Error): void => {
      errand.fail(error);
      this.#wire.destroy();
      isOver();
    };
    request.on("error", fail);
    request.on("response", (response) => {
      errand.startReply(response.statusCode ?? 0, response.headers);
      response.on("data", (chunk: Buffer) => errand.addToReply(chunk));
      response.on("error", fail);
      response.on("end", () => {
        errand.endReply();
        this.#wire.destroy();
        isOver();
      });
    });
    request.end();
  }

  receive(chunk: Buffer): void {
    this.#wire.push(chunk);
  }

  /** Nothing more will come; some replies end so. */
  end(): void {
    this.#wire.push(null);
  }
}
