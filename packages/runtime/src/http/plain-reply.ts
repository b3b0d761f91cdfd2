import type { IncomingHttpHeaders } from "node:http";
import {
  OF_THE_TRANSFER,
  isKeptAlive,
  type PlainHeaders,
  readContentLength,
  readPlainHeaders,
} from "./plain-headers.ts";

/** The head of a reply, of which nothing is in doubt. */
export interface PlainReplyHead {
  readonly status: number;
  /** Values by names in lower case; no name came twice. */
  readonly headers: IncomingHttpHeaders;
  /** Bytes that follow the head. */
  readonly bodyLength: number;
  /** How long the server keeps the connection, in seconds, if it says so. */
  readonly keepsForSeconds: number | undefined;
}

/** A reply that came whole. */
export interface PlainReply {
  readonly head: PlainReplyHead;
  readonly body: Buffer;
  /** Bytes of head and body. */
  readonly length: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const HEAD_BYTES_MAX = 8_192;
const BODY_BYTES_MAX = 65_536;
/** Within a second, the replies of one server differ in nothing but the length of their bodies. */
const HEADS_KNOWN_MAX = 256;
const BEGINNING = "HTTP/1.1 ";

/**
 * Recognises replies that are plainly well-formed, and takes nothing else for one: what it finds strange may be good HTTP all
 * the same, and is for a real parser to judge.
 */
export class PlainReplies {
  readonly #known = new Map<string, PlainReplyHead>();

  /** What these bytes begin with: a reply, the beginning of what may be one, or neither. */
  recognize(bytes: Buffer): PlainReply | "incomplete" | "strange" {
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd === -1) return mayBegin(bytes) ? "incomplete" : "strange";
    if (headEnd > HEAD_BYTES_MAX) return "strange";
    const head = this.#recall(bytes.toString("latin1", 0, headEnd));
    if (head === undefined) return "strange";
    const bodyStart = headEnd + HEAD_END.length;
    const length = bodyStart + head.bodyLength;
    if (length > bytes.length) return "incomplete";
    return { head, body: bytes.subarray(bodyStart, length), length };
  }

  #recall(text: string): PlainReplyHead | undefined {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const head = parseHead(text);
    if (head === undefined) return undefined;
    if (this.#known.size >= HEADS_KNOWN_MAX) this.#known.clear();
    this.#known.set(text, head);
    return head;
  }
}

function mayBegin(bytes: Buffer): boolean {
  const beginning = bytes.toString("latin1", 0, BEGINNING.length);
  return bytes.length <= HEAD_BYTES_MAX && BEGINNING.startsWith(beginning);
}

const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d)(?: [\x20-\x7e]*)?$/;
const KEEPS_FOR = /(?:^|[ ,;])timeout=(\d{1,6})(?:$|[ ,;])/i;

/** Replies that never have a body, whatever they say. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Reads a head without the empty line at its end. */
function parseHead(text: string): PlainReplyHead | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const status = Number(STATUS_LINE.exec(first)?.[1]);
  const headers = readHeaders(lines);
  if (Number.isNaN(status) || WITHOUT_BODY.has(status) || headers === undefined) return undefined;
  const bodyLength = readContentLength(headers);
  if (bodyLength === undefined || bodyLength > BODY_BYTES_MAX) return undefined;
  const keepsForSeconds = readKeepsFor(headers);
  return { status, headers: Object.fromEntries(headers), bodyLength, keepsForSeconds };
}

function readHeaders(lines: readonly string[]): PlainHeaders | undefined {
  const headers = readPlainHeaders(lines);
  if (headers === undefined || !isKeptAlive(headers)) return undefined;
  return OF_THE_TRANSFER.some((name) => headers.has(name)) ? undefined : headers;
}

function readKeepsFor(headers: PlainHeaders): number | undefined {
  const seconds = KEEPS_FOR.exec(headers.get("keep-alive") ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
