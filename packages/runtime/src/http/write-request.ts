import type { Dispatcher } from "undici";
import { OF_THE_TRANSFER } from "./plain-headers.ts";

const PATH = /^\/[\x21-\x7e]*$/;
const NAME = /^[A-Za-z0-9_-]+$/;
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** These are written here or not at all. */
const RESERVED: ReadonlySet<string> = new Set([
  ...OF_THE_TRANSFER,
  "connection",
  "content-length",
  "host",
  "keep-alive",
]);

/** What takes more than writing and reading. */
const SPECIAL = ["query", "upgrade", "reset", "expectContinue", "typeOfService"] as const;

/**
 * Writes a request, head and body, if it asks for nothing else: without limits of time, with headers as names and values in
 * turn and a text or nothing for its body. `undefined`: it may be a good request, but is not such a one.
 */
export function writeRequest(
  options: Dispatcher.DispatchOptions,
  host: string,
): string | undefined {
  const { method, path } = options;
  const isTimedByCaller = options.headersTimeout === 0 && options.bodyTimeout === 0;
  if (!isTimedByCaller || SPECIAL.some((name) => options[name] !== undefined)) return undefined;
  const headers = writeHeaders(options.headers ?? []);
  const rest = writeRest(method, options.body ?? undefined);
  if (!PATH.test(path) || headers === undefined || rest === undefined) return undefined;
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${headers}${rest}`;
}

function writeHeaders(headers: object): string | undefined {
  if (!Array.isArray(headers) || headers.length % 2 !== 0) return undefined;
  let text = "";
  for (let at = 0; at < headers.length; at += 2) {
    const line = writeHeader(headers[at], headers[at + 1]);
    if (line === undefined) return undefined;
    text += line;
  }
  return text;
}

function writeHeader(name: unknown, value: unknown): string | undefined {
  if (typeof name !== "string" || typeof value !== "string") return undefined;
  const isGood = NAME.test(name) && VALUE.test(value) && !RESERVED.has(name.toLowerCase());
  return isGood ? `${name}: ${value}\r\n` : undefined;
}

/** The end of the head, and the body: a POST says how long that is, and a GET has none. */
function writeRest(method: string, body: unknown = ""): string | undefined {
  if (typeof body !== "string") return undefined;
  if (method === "GET") return body === "" ? "\r\n" : undefined;
  if (method !== "POST") return undefined;
  return `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
