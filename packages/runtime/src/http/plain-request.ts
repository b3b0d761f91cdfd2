/** The head of a request, of which nothing is in doubt. */
export interface PlainHead {
  readonly method: "GET" | "POST";
  /** Path and query as they came. */
  readonly target: string;
  /** Values by names in lower case; no name came twice. */
  readonly headers: ReadonlyMap<string, string>;
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
const HEADER_LINE = /^([A-Za-z0-9_-]+): ([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)$/;
const LENGTH = /^(?:0|[1-9]\d{0,6})$/;

/** What bears on how bytes are framed, and on what becomes of the connection, beside the three headers that are read here. */
const OF_THE_TRANSFER: ReadonlySet<string> = new Set([
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

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

function readHeaders(lines: readonly string[]): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value] = HEADER_LINE.exec(line) ?? [];
    const key = name.toLowerCase();
    if (value === undefined || OF_THE_TRANSFER.has(key) || headers.has(key)) return undefined;
    headers.set(key, value);
  }
  return headers.has("host") && isKeptAlive(headers) ? headers : undefined;
}

function isKeptAlive(headers: ReadonlyMap<string, string>): boolean {
  const connection = headers.get("connection");
  return connection === undefined || connection.toLowerCase() === "keep-alive";
}

/** A POST says how long its body is, and a GET has none. */
function readBodyLength(
  method: PlainHead["method"],
  headers: ReadonlyMap<string, string>,
): number | undefined {
  const length = headers.get("content-length");
  if (method === "GET") return length === undefined ? 0 : undefined;
  return length !== undefined && LENGTH.test(length) ? Number(length) : undefined;
}
