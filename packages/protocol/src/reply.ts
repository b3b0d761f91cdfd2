/** The reply to a send, and the form of every refusal: `{"errcode":…,"errmsg":"…"}` with HTTP status 200. */

import { ArgumentError } from "./errors.ts";
import type { EpochMs } from "./identifiers.ts";
import { parseJsonObject } from "./json.ts";

/** What a reply says. Decide by `errcode` alone: the text has changed over the years. */
export type ParsedReply =
  | {
      readonly kind: "answered";
      readonly errcode: number;
      readonly errmsg: string;
      /** The request's id, by which WeChat's support finds it; newer replies carry one in their text. */
      readonly rid?: string;
    }
  | { readonly kind: "unreadable" };

/** The header WeChat really sends, in its own spelling. */
export const REPLY_CONTENT_TYPE = "application/json; encoding=utf-8";

/** What nearly every send is answered. */
const OK_TEXT = buildReply(0, "ok");

const OK: ParsedReply = Object.freeze({ kind: "answered", errcode: 0, errmsg: "ok" });

const RID_RANDOM_BYTES = 8;

const RID = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/;

const RID_IN_TEXT = /\brid: ([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})\s*$/;

/** A reply as compact JSON. */
export function buildReply(errcode: number, errmsg: string): string {
  return JSON.stringify({ errcode, errmsg });
}

/** Reads a reply; `unreadable` when it is no JSON object with an integer `errcode`. Never throws. */
export function parseReply(body: string): ParsedReply {
  if (body === OK_TEXT) return OK;
  const reply = parseJsonObject(body);
  const errcode = reply?.["errcode"];
  if (typeof errcode !== "number" || !Number.isSafeInteger(errcode)) return { kind: "unreadable" };
  const errmsg = typeof reply?.["errmsg"] === "string" ? reply["errmsg"] : "";
  const rid = findRid(errmsg);
  return rid === undefined
    ? { kind: "answered", errcode, errmsg }
    : { kind: "answered", errcode, errmsg, rid };
}

/** A refusal's text in today's form; the endpoints around tokens join with a comma. */
export function buildErrmsg(text: string, rid: string, separator: " " | ", " = " "): string {
  return `${text}${separator}rid: ${rid}`;
}

/** A request's id as WeChat makes them: the Unix time and eight random bytes, in three groups of hexadecimal digits. */
export function buildRid(now: EpochMs, random: Uint8Array): string {
  if (random.length !== RID_RANDOM_BYTES) {
    throw new ArgumentError("YICI_RANDOM_INVALID", "a rid takes exactly 8 random bytes");
  }
  const seconds = Math.floor(now / 1_000)
    .toString(16)
    .padStart(8, "0");
  const { buffer, byteOffset } = random;
  const hex = Buffer.from(buffer, byteOffset, RID_RANDOM_BYTES).toString("hex");
  return `${seconds}-${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** Whether a text has the form of a request's id. */
export function isRid(text: string): boolean {
  return RID.test(text);
}

function findRid(errmsg: string): string | undefined {
  return RID_IN_TEXT.exec(errmsg)?.[1];
}
