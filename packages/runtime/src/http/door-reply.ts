import { STATUS_CODES } from "node:http";

/** What is answered at the door; length, date and what becomes of the connection are added there. */
export interface DoorReply {
  /** Made by {@link buildReplyHead}. */
  readonly head: string;
  readonly body: string;
}

/** The status line and an answer's own headers, as `node:http` writes them. Names and values are the caller's, and go out as they are. */
export function buildReplyHead(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}`;
}

/** Writes whole answers, as `node:http` does. */
export class ReplyWriter {
  readonly #keepAlive: string;
  #second = 0;
  /** What follows the length in this second. */
  #rest = "";

  /** Connections are kept alive for so long. */
  constructor(keepAliveMs: number) {
    const keepAliveS = Math.floor(keepAliveMs / 1_000);
    this.#keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveS}\r\n\r\n`;
  }

  /** An answer after which the connection takes the next request. */
  write({ head, body }: DoorReply): string {
    return `${head}content-length: ${Buffer.byteLength(body)}\r\n${this.#readRest()}${body}`;
  }

  /** An answer that ends its connection. */
  writeLast({ head, body }: DoorReply): string {
    return `${head}content-length: ${Buffer.byteLength(body)}\r\n${writeDate(Date.now())}Connection: close\r\n\r\n${body}`;
  }

  #readRest(): string {
    const now = Date.now();
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#rest = `${writeDate(now)}${this.#keepAlive}`;
    }
    return this.#rest;
  }
}

/** The machine's own time, also where the World's is another: so does `node:http`. */
function writeDate(now: number): string {
  return `Date: ${new Date(now).toUTCString()}\r\n`;
}
