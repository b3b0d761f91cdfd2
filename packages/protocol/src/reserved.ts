/**
 * `reserved`: the state that travels with a person through WeChat and comes back, signed so that nobody else can make one.
 *
 * The document allows 128 letters and digits. Ours has always 126: 90 bytes, base62 in groups (base62.ts).
 *
 *   offset  bytes  field
 *        0      1  version, 1
 *        1      1  flags: bit 0 set = bound, bit 1 set = made by a request (clear = by a link)
 *        2      8  account: the 16 hexadecimal digits of the appid
 *       10      2  scene, big-endian
 *       12      8  template: the first bytes of its hash
 *       20     16  id of the link or request, ASCII, padded with zeros
 *       36     16  nonce
 *       52      6  issued at, epoch milliseconds, big-endian
 *       58     16  browser: the first bytes of its cookie's hash; zeros when unbound
 *       74     16  MAC: HMAC-SHA256 over bytes 0–73, cut to 16 bytes
 *
 * The MAC's key is derived from the caller's by HKDF-SHA256 with a purpose of its own, so that one secret may serve several.
 */

import { hash, timingSafeEqual } from "node:crypto";
import { decodeBase62, encodeBase62 } from "./base62.ts";
import { ArgumentError } from "./errors.ts";
import { parseAppId, parseScene } from "./identifiers.ts";
import type { AppId, EpochMs, Scene, TemplateId } from "./identifiers.ts";
import { createMac } from "./mac.ts";

/** The record that made a `reserved`: a reusable link or a request for one visit; its id is `[a-z0-9]{1,16}`. */
export interface ReservedSource {
  readonly kind: "link" | "request";
  readonly id: string;
}

/** What is said under the MAC about the asking, apart from the template. */
interface AskingClaims {
  /** `bound`: the browser that started is named by `browserHash`. */
  readonly kind: "bound" | "unbound";
  readonly appid: AppId;
  readonly scene: Scene;
  readonly source: ReservedSource;
  /** 32 lower-case hexadecimal digits, used once. */
  readonly nonce: string;
  readonly issuedAt: EpochMs;
  /** From {@link hashBrowser}; present exactly when bound. */
  readonly browserHash?: string;
}

/** What a `reserved` is made from. */
export interface ReservedClaims extends AskingClaims {
  readonly templateId: TemplateId;
}

/** What a genuine `reserved` says; of the template only the hash travels, see {@link hashTemplate}. */
export interface VerifiedClaims extends AskingClaims {
  readonly templateHash: string;
}

/** Secrets of at least 16 bytes each: the first signs, all verify. Must not be changed in place: sub-keys are remembered by identity. */
export type ReservedKeys = readonly [Uint8Array, ...Uint8Array[]];

/** The outcome of checking a `reserved`. */
export type ReservedVerdict =
  | { readonly kind: "verified"; readonly claims: VerifiedClaims }
  | { readonly kind: "refused"; readonly reason: "malformed" | "forged" | "expired" | "not_yet" };

/** How long a `reserved` is accepted after it was issued. */
export const RESERVED_LIFE_MS = 24 * 60 * 60 * 1_000;

/** How far ahead of ours the clock of the process that issued a `reserved` may be. */
export const RESERVED_SKEW_MS = 60 * 1_000;

/** The length of every `reserved` we sign. */
export const RESERVED_LENGTH = 126;

const VERSION = 1;
const FLAG_BOUND = 1;
const FLAG_REQUEST = 2;
const AT = {
  flags: 1,
  appid: 2,
  scene: 10,
  template: 12,
  source: 20,
  nonce: 36,
  issuedAt: 52,
  browser: 58,
  mac: 74,
} as const;
const SIZE = 90;
const ISSUED_AT_BYTES = 6;
const ISSUED_AT_MAX = 2 ** 48 - 1;
const KEY_BYTES_MIN = 16;

const SOURCE_ID = /^[a-z0-9]{1,16}$/;
const HEX_16_BYTES = /^[0-9a-f]{32}$/;

const CLAIM_RULES: readonly {
  readonly rule: string;
  readonly holds: (claims: ReservedClaims) => boolean;
}[] = [
  { rule: "source.id must be 1 to 16 of a-z0-9", holds: ({ source }) => SOURCE_ID.test(source.id) },
  {
    rule: "nonce must be 32 lower-case hex digits",
    holds: ({ nonce }) => HEX_16_BYTES.test(nonce),
  },
  { rule: "issuedAt must be epoch milliseconds", holds: ({ issuedAt }) => isInstant(issuedAt) },
  { rule: "browserHash must come from hashBrowser, when bound only", holds: isBrowserNamed },
];

const computeMac = createMac("yici reserved v1");

/** Makes a `reserved` of {@link RESERVED_LENGTH} letters and digits. Throws {@link ArgumentError} for claims that do not fit. */
export function signReserved(claims: ReservedClaims, keys: ReservedKeys): string {
  assertClaims(claims);
  const bytes = Buffer.alloc(SIZE);
  bytes[0] = VERSION;
  bytes[AT.flags] =
    (claims.kind === "bound" ? FLAG_BOUND : 0) |
    (claims.source.kind === "request" ? FLAG_REQUEST : 0);
  bytes.write(claims.appid.slice(2), AT.appid, "hex");
  bytes.writeUInt16BE(claims.scene, AT.scene);
  bytes.write(hashTemplate(claims.templateId), AT.template, "hex");
  bytes.write(claims.source.id, AT.source, "latin1");
  bytes.write(claims.nonce, AT.nonce, "hex");
  bytes.writeUIntBE(claims.issuedAt, AT.issuedAt, ISSUED_AT_BYTES);
  if (claims.browserHash !== undefined) bytes.write(claims.browserHash, AT.browser, "hex");
  macOf(bytes, keys[0]).copy(bytes, AT.mac, 0, SIZE - AT.mac);
  return encodeBase62(bytes);
}

/**
 * Checks that a text is a `reserved` signed by one of the keys and in date at `now`: issued at most `lifeMs` ago.
 * The comparison takes the same time whatever key or byte is wrong. That it is used only once is the caller's to see to.
 */
export function verifyReserved(
  text: string,
  keys: ReservedKeys,
  now: EpochMs,
  lifeMs: number = RESERVED_LIFE_MS,
): ReservedVerdict {
  const bytes = text.length === RESERVED_LENGTH ? decodeBase62(text) : undefined;
  if (bytes === undefined) return { kind: "refused", reason: "malformed" };
  if (!isSignedByOneOf(bytes, keys)) return { kind: "refused", reason: "forged" };
  const claims = readClaims(bytes);
  if (claims === undefined) return { kind: "refused", reason: "malformed" };
  if (claims.issuedAt > now + RESERVED_SKEW_MS) return { kind: "refused", reason: "not_yet" };
  if (now >= claims.issuedAt + lifeMs) return { kind: "refused", reason: "expired" };
  return { kind: "verified", claims };
}

/** What a bound `reserved` holds of a browser: 32 hexadecimal digits made from its cookie's value. */
export function hashBrowser(cookieValue: string): string {
  return hash("sha256", `yici browser ${cookieValue}`).slice(0, 2 * (AT.mac - AT.browser));
}

/** What a `reserved` holds of a template id: 16 hexadecimal digits. */
export function hashTemplate(templateId: TemplateId): string {
  return hash("sha256", `yici template ${templateId}`).slice(0, 2 * (AT.source - AT.template));
}

function assertClaims(claims: ReservedClaims): void {
  const broken = CLAIM_RULES.find(({ holds }) => !holds(claims));
  if (broken !== undefined) throw new ArgumentError("YICI_CLAIMS_INVALID", broken.rule);
}

function isInstant(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= ISSUED_AT_MAX;
}

function isBrowserNamed({ kind, browserHash }: ReservedClaims): boolean {
  return kind === "bound"
    ? browserHash !== undefined && HEX_16_BYTES.test(browserHash)
    : browserHash === undefined;
}

function isSignedByOneOf(bytes: Buffer, keys: ReservedKeys): boolean {
  const mac = bytes.subarray(AT.mac);
  let isSigned = false;
  for (const key of keys) {
    const expected = macOf(bytes, key).subarray(0, mac.length);
    isSigned = timingSafeEqual(mac, expected) || isSigned;
  }
  return isSigned;
}

function macOf(bytes: Buffer, key: Uint8Array): Buffer {
  assertKey(key);
  return computeMac(bytes.subarray(0, AT.mac), key);
}

function assertKey(key: Uint8Array): void {
  if (key.length >= KEY_BYTES_MIN) return;
  throw new ArgumentError("YICI_KEY_INVALID", "a signing key needs at least 16 bytes");
}

/** Reads signed bytes; `undefined` when a key of ours signed a layout that is not this one. */
function readClaims(bytes: Buffer): VerifiedClaims | undefined {
  const flags = bytes[AT.flags] ?? 0;
  const appid = parseAppId(`wx${bytes.toString("hex", AT.appid, AT.scene)}`);
  const scene = parseScene(bytes.readUInt16BE(AT.scene));
  if (bytes[0] !== VERSION || appid === undefined || scene === undefined) return undefined;
  const claims = {
    appid,
    scene,
    templateHash: bytes.toString("hex", AT.template, AT.source),
    source: readSource(bytes, flags),
    nonce: bytes.toString("hex", AT.nonce, AT.issuedAt),
    issuedAt: bytes.readUIntBE(AT.issuedAt, ISSUED_AT_BYTES),
  };
  if ((flags & FLAG_BOUND) === 0) return { kind: "unbound", ...claims };
  return { kind: "bound", ...claims, browserHash: bytes.toString("hex", AT.browser, AT.mac) };
}

function readSource(bytes: Buffer, flags: number): ReservedSource {
  const padded = bytes.toString("latin1", AT.source, AT.nonce);
  const end = padded.indexOf("\0");
  return {
    kind: (flags & FLAG_REQUEST) === 0 ? "link" : "request",
    id: end === -1 ? padded : padded.slice(0, end),
  };
}
