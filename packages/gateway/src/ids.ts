import type { World } from "@yici/runtime";

const LOWER = "0123456789abcdefghijklmnopqrstuvwxyz";
const MIXED = `${LOWER}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

/** Characters of an account's code; every public id of the account carries it. */
export const CODE_LENGTH = 4;
const TIME_LENGTH = 9;
const NONCE_TIME_LENGTH = 12;
const NONCE_CHANCE_BYTES = 10;

/** A code for a new account: four characters of a–z0–9. The caller sees to it that it is unique. */
export function issueAccountCode(world: Pick<World, "randomBytes">): string {
  return randomText(world, LOWER, CODE_LENGTH);
}

/** `msg_`, the account's code, the time, chance: ids of one account grow with time, so that new rows append. */
export function issueMessageId(code: string, world: Pick<World, "randomBytes" | "now">): string {
  const time = world.now().toString(36).padStart(TIME_LENGTH, "0");
  return `msg_${code}${time}${randomText(world, LOWER, 11)}`;
}

/** Fourteen characters of a–z0–9 that begin with the account's code. */
export function issueLinkId(code: string, world: Pick<World, "randomBytes">): string {
  return `${code}${randomText(world, LOWER, 10)}`;
}

/** An id for an API key; says nothing about the key. */
export function issueKeyId(world: Pick<World, "randomBytes">): string {
  return `key_${randomText(world, LOWER, 12)}`;
}

/**
 * 32 lower-case hexadecimal digits: the time, then 80 bits of chance. What people bring back within the same minutes
 * stands side by side in the store, which then writes far fewer pages for it.
 */
export function issueNonce(world: Pick<World, "randomBytes" | "now">): string {
  const time = world.now().toString(16).padStart(NONCE_TIME_LENGTH, "0");
  return `${time}${world.randomBytes(NONCE_CHANCE_BYTES).toString("hex")}`;
}

/** 32 letters and digits that nobody can guess (190 bits): API keys and browser cookies. */
export function issueSecretText(world: Pick<World, "randomBytes">): string {
  return randomText(world, MIXED, 32);
}

/** Every character equally likely: bytes beyond the last whole multiple of the alphabet are thrown away. */
function randomText(world: Pick<World, "randomBytes">, alphabet: string, length: number): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    for (const byte of world.randomBytes(length)) {
      if (byte < limit && text.length < length) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}
