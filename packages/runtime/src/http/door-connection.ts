import type { Socket } from "node:net";
import type { DoorReply, ReplyWriter } from "./door-reply.ts";
import type { HotRoute } from "./hot-route.ts";
import type { PlainRequest } from "./plain-request.ts";

/** A request that is answered at the door. */
export interface HotRequest {
  readonly request: PlainRequest;
  readonly route: HotRoute;
}

/** What a connection needs of its door. */
export interface DoorSide {
  readonly writer: ReplyWriter;
  /** How long a connection may be silent before its first request, and between two. */
  readonly silenceMs: number;
  readonly keepAliveMs: number;
  /** Whether no connection is kept alive any more. */
  readonly isClosing: () => boolean;
  /** The request that what came begins with, if it is a hot one that came whole. */
  readonly recognize: (received: Buffer) => HotRequest | undefined;
  /** The connection has gone, or goes to the server behind the door. */
  readonly leave: (connection: DoorConnection) => void;
  readonly handOver: (socket: Socket) => void;
}

/**
 * A connection at the door. Waiting: what comes is answered here or handed over. Answering: what comes meanwhile is kept, and
 * handed over after the answer.
 */
export class DoorConnection {
  readonly #socket: Socket;
  readonly #door: DoorSide;
  readonly #early: Buffer[] = [];
  #isAnswering = false;
  #hasAnswered = false;

  constructor(socket: Socket, door: DoorSide) {
    this.#socket = socket;
    this.#door = door;
    socket.on("data", this.#receive);
    socket.on("end", this.#end);
    socket.on("error", this.#break);
    socket.on("timeout", this.#expire);
    socket.on("close", this.#leave);
    socket.setTimeout(door.silenceMs);
  }

  /** Ends the connection, after the answer that is under way. */
  close(): void {
    if (!this.#isAnswering) this.#socket.destroy();
  }

  readonly #receive = (received: Buffer): void => {
    if (this.#isAnswering) return this.#keep(received);
    const hot = this.#door.recognize(received);
    if (hot === undefined) return this.#handOver([received]);
    const { request, route } = hot;
    this.#isAnswering = true;
    if (request.length < received.length) this.#keep(received.subarray(request.length));
    route.answer(request, this.#socket.remoteAddress ?? "").then(this.#reply, this.#break);
  };

  /** What came too early waits for its turn, and nothing more is read before. */
  #keep(received: Buffer): void {
    this.#early.push(received);
    this.#socket.pause();
  }

  readonly #reply = (reply: DoorReply): void => {
    const { writer, isClosing, keepAliveMs } = this.#door;
    this.#isAnswering = false;
    if (!this.#socket.writable) return;
    if (isClosing()) {
      this.#socket.write(writer.writeLast(reply));
      this.#socket.destroySoon();
      return;
    }
    const isTaken = this.#socket.write(writer.write(reply));
    if (this.#early.length > 0) return this.#handOver(this.#early);
    if (!isTaken) this.#holdBack();
    if (!this.#hasAnswered) this.#socket.setTimeout(keepAliveMs);
    this.#hasAnswered = true;
  };

  /** Who does not read answers gets no more of them. */
  #holdBack(): void {
    this.#socket.pause();
    this.#socket.once("drain", () => this.#socket.resume());
  }

  /** As `node:http`, which takes a half of a connection for none: an answer under way is lost. */
  readonly #end = (): void => {
    this.#socket.end();
  };

  readonly #expire = (): void => {
    if (this.#isAnswering) return;
    if (this.#hasAnswered) this.#socket.destroy();
    else this.#handOver([]);
  };

  readonly #break = (): void => {
    this.#socket.destroy();
  };

  readonly #leave = (): void => {
    this.#door.leave(this);
  };

  #handOver(unread: readonly Buffer[]): void {
    const socket = this.#socket;
    socket.off("data", this.#receive);
    socket.off("end", this.#end);
    socket.off("error", this.#break);
    socket.off("timeout", this.#expire);
    socket.off("close", this.#leave);
    socket.setTimeout(0);
    socket.pause();
    this.#leave();
    if (unread.length > 0) socket.unshift(Buffer.concat(unread));
    this.#door.handOver(socket);
    socket.resume();
  }
}
