/**
 * Bytes as letters and digits. Each 5 bytes become 7 characters, most significant first; a group of 40 bits stays a
 * safe integer, so no big numbers are needed. Every byte sequence has exactly one text: a group above 2^40 - 1 is refused.
 */

const ALPHABET = Buffer.from(
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  "latin1",
);
const BASE = ALPHABET.length;
const GROUP_BYTES = 5;
const GROUP_CHARACTERS = 7;
const GROUP_MAX = 2 ** 40 - 1;
const NOT_A_DIGIT = 0xff;

const DIGITS = buildDigits();

/** Writes bytes, a multiple of 5 of them, as text of 7/5 that length. */
export function encodeBase62(bytes: Buffer): string {
  const text = Buffer.allocUnsafe((bytes.length / GROUP_BYTES) * GROUP_CHARACTERS);
  for (let from = 0, to = 0; from < bytes.length; from += GROUP_BYTES, to += GROUP_CHARACTERS) {
    let rest = bytes.readUIntBE(from, GROUP_BYTES);
    for (let place = GROUP_CHARACTERS - 1; place >= 0; place -= 1) {
      text[to + place] = ALPHABET[rest % BASE] ?? 0;
      rest = Math.floor(rest / BASE);
    }
  }
  return text.toString("latin1");
}

/** Reads what {@link encodeBase62} wrote; `undefined` for any other text. */
export function decodeBase62(text: string): Buffer | undefined {
  if (text.length % GROUP_CHARACTERS !== 0) return undefined;
  const bytes = Buffer.allocUnsafe((text.length / GROUP_CHARACTERS) * GROUP_BYTES);
  for (let from = 0, to = 0; from < text.length; from += GROUP_CHARACTERS, to += GROUP_BYTES) {
    const group = readGroup(text, from);
    if (group > GROUP_MAX) return undefined;
    bytes.writeUIntBE(group, to, GROUP_BYTES);
  }
  return bytes;
}

/** A group's value, or infinity when it holds anything but digits. */
function readGroup(text: string, from: number): number {
  let group = 0;
  for (let place = 0; place < GROUP_CHARACTERS; place += 1) {
    const digit = DIGITS[text.charCodeAt(from + place)] ?? NOT_A_DIGIT;
    if (digit === NOT_A_DIGIT) return Infinity;
    group = group * BASE + digit;
  }
  return group;
}

function buildDigits(): Uint8Array {
  const digits = new Uint8Array(128).fill(NOT_A_DIGIT);
  for (const [digit, character] of ALPHABET.entries()) digits[character] = digit;
  return digits;
}
