/**
 * WeChat's message push to a developer's server: signatures and encryption.
 * Official page: https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.md
 */

import { createCipheriv, createDecipheriv, hash, timingSafeEqual } from "node:crypto";
import { ArgumentError } from "./errors.ts";

/** What a push signature covers; `encrypted` only for `msg_signature`. */
export interface SignedPush {
  readonly token: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly encrypted?: string;
}

/** Whose push it is, and the key both sides know. */
export interface PushCipher {
  /** 43 letters and digits, as the console shows it. */
  readonly encodingAesKey: string;
  readonly appid: string;
}

/** What a decrypted push holds; anything not made with this key for this account is refused. */
export type DecryptedPush =
  | { readonly kind: "decrypted"; readonly message: string }
  | { readonly kind: "refused"; readonly reason: "malformed" | "appid_mismatch" };

const MALFORMED: DecryptedPush = { kind: "refused", reason: "malformed" };

const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
const HEADER_BYTES = RANDOM_BYTES + LENGTH_BYTES;
const PADDING_BLOCK = 32;
const CIPHER = "aes-256-cbc";
const ENCODING_AES_KEY = /^[A-Za-z0-9+/]{43}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** `signature`, or with `encrypted` the `msg_signature`: SHA-1, in hexadecimal, over the parts in sorted order. */
export function signPush(
  token: string,
  timestamp: string,
  nonce: string,
  encrypted?: string,
): string {
  const parts =
    encrypted === undefined ? [token, timestamp, nonce] : [token, timestamp, nonce, encrypted];
  return hash("sha1", parts.toSorted().join(""));
}

/** Whether a signature covers these parts, in constant time. */
export function verifyPush(signature: string, push: SignedPush): boolean {
  const expected = Buffer.from(signPush(push.token, push.timestamp, push.nonce, push.encrypted));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Encrypts a message with 16 random bytes in front; the result is base64. */
export function encryptPush(message: string, random: Uint8Array, cipher: PushCipher): string {
  if (random.length !== RANDOM_BYTES) {
    throw new ArgumentError("YICI_RANDOM_INVALID", "a push takes exactly 16 random bytes");
  }
  const key = readKey(cipher.encodingAesKey);
  const body = Buffer.from(message);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(body.length);
  const plain = pad(Buffer.concat([random, length, body, Buffer.from(cipher.appid)]));
  const encryption = createCipheriv(CIPHER, key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([encryption.update(plain), encryption.final()]).toString("base64");
}

/** Decrypts a push whose `msg_signature` was verified before, and checks that it is this account's. */
export function decryptPush(encrypted: string, cipher: PushCipher): DecryptedPush {
  const plain = decrypt(encrypted, readKey(cipher.encodingAesKey));
  if (plain === undefined || plain.length < HEADER_BYTES) return MALFORMED;
  const end = HEADER_BYTES + plain.readUInt32BE(RANDOM_BYTES);
  if (end > plain.length) return MALFORMED;
  return plain.toString("utf8", end) === cipher.appid
    ? { kind: "decrypted", message: plain.toString("utf8", HEADER_BYTES, end) }
    : { kind: "refused", reason: "appid_mismatch" };
}

function readKey(encodingAesKey: string): Buffer {
  if (!ENCODING_AES_KEY.test(encodingAesKey)) {
    throw new ArgumentError(
      "YICI_ENCODING_AES_KEY_INVALID",
      "an EncodingAESKey has 43 letters and digits",
    );
  }
  return Buffer.from(`${encodingAesKey}=`, "base64");
}

/** PKCS#7 with WeChat's block of 32 bytes, twice that of the cipher. */
function pad(plain: Buffer): Buffer {
  const count = PADDING_BLOCK - (plain.length % PADDING_BLOCK);
  return Buffer.concat([plain, Buffer.alloc(count, count)]);
}

function decrypt(encrypted: string, key: Buffer): Buffer | undefined {
  if (!BASE64.test(encrypted)) return undefined;
  const decryption = createDecipheriv(CIPHER, key, key.subarray(0, 16)).setAutoPadding(false);
  try {
    return unpad(Buffer.concat([decryption.update(encrypted, "base64"), decryption.final()]));
  } catch {
    // Not a whole number of cipher blocks: the text was cut or never was ours.
    return undefined;
  }
}

function unpad(padded: Buffer): Buffer | undefined {
  const count = padded.at(-1) ?? 0;
  if (count < 1 || count > PADDING_BLOCK || count > padded.length) return undefined;
  const end = padded.length - count;
  return padded.subarray(end).every((byte) => byte === count) ? padded.subarray(0, end) : undefined;
}
