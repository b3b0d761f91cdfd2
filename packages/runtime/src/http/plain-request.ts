import {
  OF_THE_TRANSFER,
  isKeptAlive,
  type PlainHeaders,
  readContentLength,
  readPlainHeaders,
} from "./plain-headers.ts";

/** The head of a request, of which nothing is in doubt. */
export interface PlainHead {
  readonly method: "GET" | "POST";
  /** Path and query as they came. */
  readonly target: string;
  readonly headers: PlainHeaders;
  /** Bytes that follow the head. */
  readonly bodyLength: number;
}

/** A request that came whole. */
export interface PlainRequest {
  readonly head: PlainHead;
  /** Its body, read as UTF-8. */
  readonly body: string;
  /** Bytes of head and body. */
  readonly length: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const HEAD_BYTES_MAX = 8_192;
/** The calls of one client differ in nothing but the length of their bodies. */
const HEADS_KNOWN_MAX = 256;

/**
 * Recognises requests that are plainly well-formed, and takes nothing else for one: what it refuses may be good HTTP all the
 * same, and is for a real parser to judge. Remembers the heads of POSTs that it has recognised: no GET is like another.
 */
export class PlainRequests {
  readonly #known = new Map<string, PlainHead>();

  /** The request that these bytes begin with. */
  recognize(bytes: Buffer): PlainRequest | undefined {
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd === -1 || headEnd > HEAD_BYTES_MAX) return undefined;
    const text = bytes.toString("latin1", 0, headEnd);
    const head = text.startsWith("GET ") ? parsePlainHead(text) : this.#recall(text);
    if (head === undefined) return undefined;
    const bodyStart = headEnd + HEAD_END.length;
    const length = bodyStart + head.bodyLength;
    if (length > bytes.length) return undefined;
    return { head, body: bytes.toString("utf8", bodyStart, length), length };
  }

  #recall(text: string): PlainHead | undefined {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const head = parsePlainHead(text);
    if (head === undefined) return undefined;
    if (this.#known.size >= HEADS_KNOWN_MAX) this.#known.clear();
    this.#known.set(text, head);
    return head;
  }
}

const REQUEST_LINE = /^(GET|POST) (\/[\x21-\x7e]*) HTTP\/1\.1$/;

const REFUSED: readonly string[] = [...OF_THE_TRANSFER, "keep-alive"];

/** Reads a head without the empty line at its end. */
function parsePlainHead(text: string): PlainHead | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const [, method, target] = REQUEST_LINE.exec(first) ?? [];
  const headers = readHeaders(lines);
  if ((method !== "GET" && method !== "POST") || target === undefined || headers === undefined) {
    return undefined;
  }
  const bodyLength = readBodyLength(method, headers);
  return bodyLength === undefined ? undefined : { method, target, headers, bodyLength };
}

function readHeaders(lines: readonly string[]): PlainHeaders | undefined {
  const headers = readPlainHeaders(lines);
  if (headers === undefined || !headers.has("host") || !isKeptAlive(headers)) return undefined;
  return REFUSED.some((name) => headers.has(name)) ? undefined : headers;
}

/** A POST says how long its body is, and a GET has none. */
function readBodyLength(method: PlainHead["method"], headers: PlainHeaders): number | undefined {
  if (method === "POST") return readContentLength(headers);
  return headers.has("content-length") ? undefined : 0;
}
