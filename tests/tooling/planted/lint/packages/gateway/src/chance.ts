import { createHash, randomBytes, randomUUID } from "node:crypto"; // expect: eslint(no-restricted-imports) ×2
import * as everything from "node:crypto"; // expect: eslint(no-restricted-imports)

export const drawn = [
  Math.random(), // expect: eslint(no-restricted-properties)
  crypto.randomUUID(), // expect: eslint(no-restricted-properties)
  crypto.getRandomValues(new Uint8Array(8)), // expect: eslint(no-restricted-properties)
  globalThis.crypto.randomUUID(), // expect: eslint(no-restricted-globals)
  randomBytes(8),
  randomUUID(),
  everything.randomInt(8),
];

const { random } = Math; // expect: eslint(no-restricted-properties)

export function digest(text: string): string {
  return createHash("sha256").update(`${text}${random()}`).digest("hex");
}
