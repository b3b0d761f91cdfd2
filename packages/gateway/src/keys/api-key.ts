import { hash } from "node:crypto";
import type { World } from "@yici/runtime";
import { issueKeyId, issueSecretText } from "../ids.ts";
import type { KeyRecord, KeyRight, Records } from "../store/records.ts";

/** A key that was just issued. `key` is shown once and stored nowhere. */
export interface IssuedKey {
  readonly key: string;
  readonly record: KeyRecord;
}

/** To whom a key is issued and what it may do beside what every key may. */
export interface KeyGrant {
  readonly principal: string;
  readonly rights?: readonly KeyRight[] | undefined;
}

const API_KEY = /^yici_[0-9A-Za-z]{32}$/;

/** Issues an API key to a principal and stores its hash. A principal may hold several at once: that is a rotation. */
export async function issueApiKey(
  { principal, rights = [] }: KeyGrant,
  store: Pick<Records, "addKey">,
  world: Pick<World, "randomBytes" | "now">,
): Promise<IssuedKey> {
  const key = `yici_${issueSecretText(world)}`;
  const record: KeyRecord = {
    keyId: issueKeyId(world),
    hash: hashApiKey(key),
    principal,
    rights,
    createdAt: world.now(),
    revokedAt: undefined,
  };
  await store.addKey(record);
  return { key, record };
}

/**
 * The key in force that a text is, if any. The look-up goes by hash, so how long it takes says nothing about how much
 * of a guess was right.
 */
export async function findApiKey(
  text: string,
  store: Pick<Records, "findKeyByHash">,
): Promise<KeyRecord | undefined> {
  if (!API_KEY.test(text)) return undefined;
  const record = await store.findKeyByHash(hashApiKey(text));
  return record?.revokedAt === undefined ? record : undefined;
}

function hashApiKey(key: string): string {
  return hash("sha256", key);
}
