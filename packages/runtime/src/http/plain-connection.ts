import type { Socket } from "node:net";
import { errors } from "undici";
import type { Errand } from "./errand.ts";
import type { PlainReplies, PlainReply } from "./plain-reply.ts";
import { StrangeReply } from "./strange-reply.ts";

/** What a connection needs of those that it belongs to. */
export interface ConnectionSide {
  readonly replies: PlainReplies;
  /** A reply has been read and the connection can take another errand. */
  readonly release: (connection: PlainConnection) => void;
  /** A reply has come that is not plain. */
  readonly noteStrange: () => void;
  /** The connection has gone. */
  readonly leave: (connection: PlainConnection) => void;
}

/** How long a connection is kept that nothing goes over, where the server does not say. */
const SILENCE_MS = 4_000;
const SILENCE_MAX_MS = 60_000;
/** So much earlier than the server would: a request that meets its end is lost. */
const MARGIN_MS = 2_000;

/** A connection that carries one errand at a time, and is closed whenever it is in doubt where a reply ends. */
export class PlainConnection {
  readonly #socket: Socket;
  readonly #side: ConnectionSide;
  #errand: Errand | undefined;
  /** What has come of a reply that is not whole. */
  #begun: Buffer | undefined;
  #strange: StrangeReply | undefined;
  #silenceMs = SILENCE_MS;

  constructor(socket: Socket, side: ConnectionSide) {
    this.#socket = socket;
    this.#side = side;
    socket.on("data", this.#receive);
    socket.on("end", this.#end);
    socket.on("error", this.#lose);
    socket.on("timeout", this.#expire);
    socket.on("close", this.#close);
    socket.setTimeout(this.#silenceMs);
  }

  /** Whether an errand can begin here. */
  get isOpen(): boolean {
    return this.#errand === undefined && this.#socket.writable && this.#socket.readable;
  }

  /** Writes a request. False: it was given up before its first byte. */
  carry(errand: Errand): boolean {
    if (!errand.begin(this.#hangUp)) return false;
    this.#errand = errand;
    this.#socket.ref();
    this.#socket.write(errand.text);
    return true;
  }

  /** Waits for an errand, and keeps no process alive meanwhile. */
  rest(): void {
    this.#socket.unref();
  }

  /** Ends the connection, and with it the errand that is under way. */
  destroy(error: Error): void {
    this.#lose(error);
  }

  readonly #hangUp = (): void => {
    this.#errand = undefined;
    this.#socket.destroy();
  };

  readonly #receive = (chunk: Buffer): void => {
    const errand = this.#errand;
    if (errand === undefined) return this.#hangUp(); // Nobody has asked.
    if (this.#strange !== undefined) return this.#strange.receive(chunk);
    const bytes = this.#begun === undefined ? chunk : Buffer.concat([this.#begun, chunk]);
    const reply = this.#side.replies.recognize(bytes);
    if (reply === "strange") return this.#readStrange(errand, bytes);
    this.#begun = reply === "incomplete" ? bytes : undefined;
    if (reply !== "incomplete") this.#pass(errand, reply, bytes.length);
    return undefined;
  };

  #pass(errand: Errand, { head, body, length }: PlainReply, receivedLength: number): void {
    errand.startReply(head.status, head.headers);
    errand.addToReply(body);
    errand.endReply();
    if (this.#errand === undefined) return; // It was given up meanwhile.
    this.#errand = undefined;
    if (receivedLength > length || !this.#keep(head.keepsForSeconds)) return this.#hangUp();
    this.#side.release(this);
  }

  /** Whether the connection will be there for a while. */
  #keep(keepsForSeconds: number | undefined): boolean {
    const silenceMs =
      keepsForSeconds === undefined
        ? SILENCE_MS
        : Math.min(keepsForSeconds * 1_000 - MARGIN_MS, SILENCE_MAX_MS);
    if (silenceMs <= 0) return false;
    if (silenceMs !== this.#silenceMs) this.#socket.setTimeout(silenceMs);
    this.#silenceMs = silenceMs;
    return true;
  }

  #readStrange(errand: Errand, bytes: Buffer): void {
    this.#side.noteStrange();
    this.#strange = new StrangeReply(errand, this.#hangUp);
    this.#strange.receive(bytes);
  }

  readonly #end = (): void => {
    if (this.#strange === undefined) this.#lose(new errors.SocketError("other side closed"));
    else this.#strange.end();
  };

  readonly #expire = (): void => {
    if (this.#errand === undefined) this.#hangUp();
  };

  readonly #lose = (error: Error): void => {
    this.#errand?.fail(error);
    this.#hangUp();
  };

  readonly #close = (): void => {
    this.#end();
    this.#side.leave(this);
  };
}
