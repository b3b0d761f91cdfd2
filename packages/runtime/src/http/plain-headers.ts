/** Values by names in lower case; no name came twice. */
export type PlainHeaders = ReadonlyMap<string, string>;

/** What bears on how bytes are framed and on what becomes of the connection, beside the two headers that are read here. */
export const OF_THE_TRANSFER: readonly string[] = [
  "expect",
  "http2-settings",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** `name: value` in printable ASCII, without blanks around the value. */
const HEADER_LINE = /^([A-Za-z0-9_-]+): ([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)$/;
const LENGTH = /^(?:0|[1-9]\d{0,6})$/;

/** Reads the lines of a head after its first, of which nothing is in doubt. */
export function readPlainHeaders(lines: readonly string[]): PlainHeaders | undefined {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value] = HEADER_LINE.exec(line) ?? [];
    const key = name.toLowerCase();
    if (value === undefined || headers.has(key)) return undefined;
    headers.set(key, value);
  }
  return headers;
}

/** Whether the connection stays, as far as the one who wrote them is concerned. */
export function isKeptAlive(headers: PlainHeaders): boolean {
  const connection = headers.get("connection");
  return connection === undefined || connection.toLowerCase() === "keep-alive";
}

/** How many bytes follow the head; `undefined` when it does not say so, or not plainly. */
export function readContentLength(headers: PlainHeaders): number | undefined {
  const text = headers.get("content-length");
  return text !== undefined && LENGTH.test(text) ? Number(text) : undefined;
}
