import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { FuzzRequest } from "./make-request.ts";
import { readAnswer } from "./read-answer.ts";
import type { FuzzTarget } from "./target.ts";

/** What came of a request. */
export type Outcome =
  | { readonly kind: "answered"; readonly status: number }
  /** The connection ended without an answer. */
  | { readonly kind: "closed" }
  /** Nothing came in time. */
  | { readonly kind: "silent" };

/** Far above what an answer takes on a crowded machine. */
const PATIENCE_MS = 20_000;
/** Whoever never finishes a request may wait long for the answer to it. */
const SHORT_PATIENCE_MS = 200;

/** One client with one connection at a time. It writes whatever bytes it is given, which no HTTP client would. */
export class Connection {
  readonly #server: Pick<FuzzTarget, "port" | "caCertificate">;
  #socket: Socket | undefined;

  constructor(server: Pick<FuzzTarget, "port" | "caCertificate">) {
    this.#server = server;
  }

  async ask(request: FuzzRequest): Promise<Outcome> {
    const isOld = this.#socket !== undefined;
    const outcome = await this.#exchange(request);
    // An idle connection may be closed just when it is used again.
    return isOld && request.isSound && outcome.kind === "closed"
      ? this.#exchange(request)
      : outcome;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect(): Socket {
    const { port, caCertificate: ca } = this.#server;
    const address = { port, host: "127.0.0.1", noDelay: true };
    return ca === undefined
      ? connect(address)
      : connectTls({ ...address, ca, servername: "localhost" });
  }

  async #exchange(request: FuzzRequest): Promise<Outcome> {
    this.#socket ??= this.#connect();
    if (request.isAbandoned) {
      await write(this.#socket, request.bytes);
      this.close();
      return { kind: "closed" };
    }
    const { outcome, canContinue } = await exchange(this.#socket, request);
    if (!canContinue || !request.isSound) this.close();
    return outcome;
  }
}

/** Resolves when the bytes are on their way or cannot be. */
function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.once("error", () => resolve());
    socket.write(bytes, () => resolve());
  });
}

interface Exchange {
  readonly outcome: Outcome;
  readonly canContinue: boolean;
}

function exchange(socket: Socket, { bytes, isSound }: FuzzRequest): Promise<Exchange> {
  const isHead = bytes.subarray(0, 5).toString("latin1") === "HEAD ";
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const end = (outcome: Outcome, canContinue = false): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on("error", () => undefined);
      resolve({ outcome, canContinue });
    };
    const timer = setTimeout(
      () => end({ kind: "silent" }),
      isSound ? PATIENCE_MS : SHORT_PATIENCE_MS,
    );
    const read = (hasEnded: boolean): void => {
      const answer = readAnswer(received, { isHead, hasEnded });
      if (answer !== undefined) {
        end({ kind: "answered", status: answer.status }, answer.canContinue);
      } else if (hasEnded) {
        end({ kind: "closed" });
      }
    };
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      read(false);
    });
    socket.on("error", () => read(true));
    socket.on("close", () => read(true));
    socket.write(bytes);
  });
}
