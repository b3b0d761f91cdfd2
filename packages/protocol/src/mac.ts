import { createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

/** The MAC of a message under a key: 32 bytes. */
export type ComputeMac = (message: Uint8Array, key: Uint8Array) => Buffer;

/**
 * HMAC-SHA256 for one purpose: under a sub-key that HKDF derives for it from each key, remembered by the key's identity, so
 * that one secret may serve several purposes.
 */
export function createMac(purpose: string): ComputeMac {
  const subKeys = new WeakMap<Uint8Array, KeyObject>();
  return (message, key) => {
    const subKey = subKeys.get(key) ?? deriveKey(key, purpose);
    subKeys.set(key, subKey);
    return createHmac("sha256", subKey).update(message).digest();
  };
}

function deriveKey(key: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync("sha256", key, "", purpose, 32)));
}
