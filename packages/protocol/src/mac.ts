import { hash, hkdfSync } from "node:crypto";

/** The MAC of a message under a key: 32 bytes. */
export type ComputeMac = (message: Uint8Array, key: Uint8Array) => Buffer;

/** A key as HMAC mixes it into its two hashes; behind `outer` there is room for the first one's digest. */
interface PaddedKey {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * HMAC-SHA256 (RFC 2104) for one purpose: under a sub-key that HKDF derives for it from each key, remembered by the key's
 * identity, so that one secret may serve several purposes. Written out as the two hashes that it is: Node's own makes objects
 * for each message that cost three times as much, and callbacks come in crowds.
 */
export function createMac(purpose: string): ComputeMac {
  const paddedKeys = new WeakMap<Uint8Array, PaddedKey>();
  return (message, key) => {
    const padded = paddedKeys.get(key) ?? deriveKey(key, purpose);
    paddedKeys.set(key, padded);
    const { inner, outer } = padded;
    // As texts, because a buffer that `hash` answers is memory of its own.
    const digest = hash("sha256", Buffer.concat([inner, message]), "latin1");
    outer.write(digest, BLOCK_BYTES, "latin1");
    return Buffer.from(hash("sha256", outer, "latin1"), "latin1");
  };
}

function deriveKey(key: Uint8Array, purpose: string): PaddedKey {
  const subKey = new Uint8Array(hkdfSync("sha256", key, "", purpose, DIGEST_BYTES));
  return {
    inner: padKey(subKey, 0x36, BLOCK_BYTES),
    outer: padKey(subKey, 0x5c, BLOCK_BYTES + DIGEST_BYTES),
  };
}

function padKey(subKey: Uint8Array, pad: number, length: number): Buffer {
  const padded = Buffer.alloc(length, pad);
  for (const [index, byte] of subKey.entries()) padded[index] = byte ^ pad;
  return padded;
}
