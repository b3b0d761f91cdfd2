import { type Aim, listAims } from "./aims.ts";
import {
  BAD_BYTES,
  BAD_HEADERS,
  BAD_METHODS,
  BAD_PAIRS,
  BAD_TEXTS,
  BAD_VALUES,
} from "./bad-words-table.ts";
import type { Chance } from "./chance.ts";
import type { FuzzTarget } from "./target.ts";

/** A request as it goes over the wire. */
export interface FuzzRequest {
  readonly bytes: Buffer;
  /** Whether it is HTTP all over: then it must be answered, and the connection serves the next one. */
  readonly isSound: boolean;
  /** Whether the client goes away as soon as it has written. */
  readonly isAbandoned: boolean;
}

/** More than a platform reads of a body. */
const TOO_LONG_BYTES = 1_100_000;

interface Body {
  readonly bytes: Buffer;
  readonly type: string | undefined;
}

/** A request that means well in parts only. The same chance makes the same one. */
export function makeRequest(chance: Chance, target: FuzzTarget): FuzzRequest {
  const aim = chance.pick(listAims(target));
  const body = makeBody(chance, aim);
  const method = chance.hits(0.1) ? chance.pick(BAD_METHODS) : aim.method;
  const lines = [
    `${method} ${makeAddress(chance, aim)} ${chance.hits(0.01) ? "HTTP/9.9" : "HTTP/1.1"}`,
    ...makeHeaders(chance, target, body),
  ];
  return frame(chance, lines, body.bytes);
}

function makeAddress(chance: Chance, { path, query = {} }: Aim): string {
  const bent = chance.hits(0.15) ? bendPath(chance, path) : path;
  const pairs = bendPairs(chance, query);
  const address = pairs.length === 0 ? bent : `${bent}?${pairs.join("&")}`;
  // What is no character of an address ends the request line; that is tried, too, but seldom.
  return chance.hits(0.02) ? address : address.replaceAll(/[^\x21-\x7e]/gu, encode);
}

function bendPath(chance: Chance, path: string): string {
  const segments = path.split("/");
  const text = chance.pick(BAD_TEXTS);
  segments[1 + chance.below(segments.length)] = chance.hits(0.5) ? encode(text) : text;
  const bent = chance.pick([segments.join("/"), path.toUpperCase(), `/${path}`, `${path}/`]);
  return bent.startsWith("/") ? bent : `/${bent}`;
}

/** Pairs of a query or a form: some left out, some twice, some with a value that nobody expects. */
function bendPairs(chance: Chance, pairs: Readonly<Record<string, string>>): readonly string[] {
  const bent = Object.entries(pairs).flatMap(([name, value]) => {
    if (chance.hits(0.06)) return [];
    const pair = `${name}=${chance.hits(0.12) ? bendText(chance) : encode(value)}`;
    return chance.hits(0.05) ? [pair, pair] : [pair];
  });
  if (chance.hits(0.1)) bent.push(`${bendText(chance)}=${bendText(chance)}`);
  if (chance.hits(0.05)) bent.push(chance.pick(BAD_PAIRS));
  return bent;
}

function bendText(chance: Chance): string {
  const text = chance.pick(BAD_TEXTS);
  return chance.hits(0.7) ? encode(text) : text;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function makeBody(chance: Chance, { json, form }: Aim): Body {
  const type =
    form === undefined ? json && "application/json" : "application/x-www-form-urlencoded";
  if (chance.hits(0.06)) return { type, bytes: chance.pick(BAD_BYTES) };
  if (chance.hits(0.001)) return { type, bytes: Buffer.alloc(TOO_LONG_BYTES, "a") };
  if (form !== undefined) return { type, bytes: Buffer.from(bendPairs(chance, form).join("&")) };
  if (json === undefined) return { type, bytes: Buffer.alloc(0) };
  const text = JSON.stringify(bendObject(chance, json));
  const isCut = chance.hits(0.03);
  return { type, bytes: Buffer.from(isCut ? text.slice(0, chance.below(text.length)) : text) };
}

function bendObject(
  chance: Chance,
  value: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const bent = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    if (chance.hits(0.05)) return [];
    if (chance.hits(0.1)) return [[name, chance.pick(BAD_VALUES)]];
    return [[name, isRecord(member) ? bendObject(chance, member) : member]];
  });
  if (chance.hits(0.05)) bent.push([chance.pick(BAD_TEXTS), chance.pick(BAD_VALUES)]);
  return Object.fromEntries(bent);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function makeHeaders(chance: Chance, target: FuzzTarget, { type }: Body): readonly string[] {
  const lines = [`host: 127.0.0.1:${target.port}`, `user-agent: ${target.userAgent}`];
  if (type !== undefined && !chance.hits(0.05)) lines.push(`content-type: ${type}`);
  if (chance.hits(0.7)) lines.push(`cookie: ${target.cookies}`);
  for (const probability of [0.25, 0.05]) {
    if (chance.hits(probability)) lines.push(chance.pick(BAD_HEADERS));
  }
  return chance.hits(0.01) ? lines.slice(1) : lines;
}

/** Puts head and body together, mostly as HTTP has it. */
function frame(chance: Chance, lines: readonly string[], body: Buffer): FuzzRequest {
  const isAbandoned = chance.hits(0.01);
  if (chance.hits(0.02)) return { ...misframe(chance, lines, body), isAbandoned };
  const isChunked = body.length > 0 && chance.hits(0.1);
  const length = isChunked ? "transfer-encoding: chunked" : `content-length: ${body.length}`;
  const head = body.length === 0 && chance.hits(0.5) ? lines : [...lines, length];
  const isSound =
    !lines.some(isUnsound) &&
    body.length < TOO_LONG_BYTES &&
    /^[\x21-\x7e]+ [\x21-\x7e]+ HTTP\/1\.1$/u.test(head[0] ?? "");
  return { bytes: join(head, isChunked ? chunk(body) : body), isSound, isAbandoned };
}

/** Whether HTTP lets a server hang up on this line, or wait after it. */
function isUnsound(line: string): boolean {
  return /^(?:[a-z]+ \S* HTTP|FOO |QUERY |host: l|upgrade: |no-colon|: |x-nul|x-folded|expect: |x-long)/u.test(
    line,
  );
}

/** A head that lies about its body, or breaks off. */
function misframe(
  chance: Chance,
  lines: readonly string[],
  body: Buffer,
): Pick<FuzzRequest, "bytes" | "isSound"> {
  const lie = chance.pick([
    `content-length: ${body.length + 10}`,
    `content-length: ${Math.max(body.length - 1, 0)}`,
    "content-length: -1",
    "content-length: 1e3",
    `content-length: ${body.length}\r\ncontent-length: 1`,
    `content-length: ${body.length}\r\ntransfer-encoding: chunked`,
    "transfer-encoding: gzip",
    "transfer-encoding: chunked",
  ]);
  const whole = join([...lines, lie], body);
  const bytes = chance.hits(0.3) ? whole.subarray(0, chance.below(whole.length)) : whole;
  return { bytes, isSound: false };
}

function join(lines: readonly string[], body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

function chunk(body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${body.length.toString(16)}\r\n`),
    body,
    Buffer.from("\r\n0\r\n\r\n"),
  ]);
}
