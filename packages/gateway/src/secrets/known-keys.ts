import { ConfigError } from "@yici/protocol";
import type { World } from "@yici/runtime";
import type { Records } from "../store/records.ts";
import { fingerprintKeys, openSecretKeys } from "./secret-keys.ts";
import type { SecretKeySource, SecretKeys } from "./secret-keys.ts";

/** The keys of an installation, and whether the one that seals is another than at the last start. */
export interface KnownKeys {
  readonly keys: SecretKeys;
  readonly isRotated: boolean;
}

const SETTING = "secret_key_fingerprints";

/**
 * Opens the secret keys and compares them with those this database was last used with. Throws `ConfigError` when none
 * of those is among them: then nothing sealed could be opened, and no link under way could come back.
 */
export async function openKnownKeys(
  source: SecretKeySource,
  store: Pick<Records, "findSetting">,
  world: Pick<World, "randomBytes">,
): Promise<KnownKeys> {
  const known = (await store.findSetting(SETTING))?.split(",");
  const keys = openSecretKeys(source, known !== undefined, world);
  const given = fingerprintKeys(keys);
  if (known !== undefined && !given.some((fingerprint) => known.includes(fingerprint))) {
    throw refuseStrangeKeys(known, given);
  }
  return { keys, isRotated: known !== undefined && known[0] !== given[0] };
}

/** Notes which keys the database is used with from now on. Called once everything is sealed under the first of them. */
export async function rememberKeys(
  keys: SecretKeys,
  store: Pick<Records, "putSetting">,
): Promise<void> {
  await store.putSetting(SETTING, fingerprintKeys(keys).join(","));
}

function refuseStrangeKeys(known: readonly string[], given: readonly string[]): ConfigError {
  const problem =
    `this database was used with other keys (fingerprints ${known.join(", ")}; given: ${given.join(", ")}): ` +
    "give the old key as well, after the new one, so that what it sealed can be opened";
  return new ConfigError([{ name: "YICI_SECRET_KEYS", problem }]);
}
