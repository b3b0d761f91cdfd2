import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { YiciError } from "@yici/protocol";
import type { World } from "@yici/runtime";
import type { SecretKeys } from "./secret-keys.ts";

/** Encrypts what is kept in the database and would open WeChat's doors: app secrets and access tokens. */
export interface Sealer {
  /** Encrypts `text` for one place. What was sealed for another `context` does not open here. */
  seal(text: string, context: string): string;
  /** The text again. Throws {@link SealError} when no key fits, or text or context were changed. */
  open(sealed: string, context: string): string;
}

/** What is sealed cannot be opened: its key is gone, or it was changed, or moved from another row. */
export class SealError extends YiciError {
  readonly code = "YICI_SEAL_BROKEN";
}

const VERSION = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES;
const KEY_BYTES = 32;

/** One secret key's part in sealing, and the short name by which a sealed text says what opens it. */
interface SealingKey {
  readonly id: Buffer;
  readonly key: Buffer;
}

/**
 * AES-256-GCM under keys derived for this purpose alone (HKDF-SHA-256). The first key seals, all open, so keys can be
 * rotated. Layout, in base64url: version (1 byte), key id (4), nonce (12), tag (16), ciphertext.
 */
export function createSealer(keys: SecretKeys, world: Pick<World, "randomBytes">): Sealer {
  const [first, ...others] = keys;
  const current = deriveSealingKey(first);
  const all = [current, ...others.map(deriveSealingKey)];
  return {
    seal: (text, context) => seal(text, context, current, world.randomBytes(NONCE_BYTES)),
    open(sealed, context) {
      const bytes = Buffer.from(sealed, "base64url");
      const id = bytes.subarray(1, 1 + KEY_ID_BYTES);
      const opener = all.find((candidate) => candidate.id.equals(id));
      if (bytes[0] !== VERSION || opener === undefined) {
        throw new SealError(
          "none of the secret keys has sealed this: was YICI_SECRET_KEYS changed?",
        );
      }
      return open(bytes, context, opener);
    },
  };
}

function deriveSealingKey(secret: Uint8Array): SealingKey {
  return {
    id: derive(secret, "yici sealing key id v1", KEY_ID_BYTES),
    key: derive(secret, "yici sealing key v1", KEY_BYTES),
  };
}

function derive(secret: Uint8Array, purpose: string, size: number): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, size));
}

function seal(text: string, context: string, { id, key }: SealingKey, nonce: Buffer): string {
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const version = Buffer.of(VERSION);
  return Buffer.concat([version, id, nonce, cipher.getAuthTag(), ciphertext]).toString("base64url");
}

function open(bytes: Buffer, context: string, { key }: SealingKey): string {
  try {
    const nonce = bytes.subarray(1 + KEY_ID_BYTES, HEAD_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(HEAD_BYTES, HEAD_BYTES + TAG_BYTES));
    const ciphertext = bytes.subarray(HEAD_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
  } catch (error) {
    throw new SealError("what was sealed was changed, or belongs elsewhere", { cause: error });
  }
}
