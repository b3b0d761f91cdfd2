import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { World } from "@yici/runtime";

/** The token in a file; a fresh one is put there, for its owner only, when the file is not there. */
export function readOrMakeAccessToken(path: string, world: World): string {
  const known = readToken(path);
  if (known !== undefined) return known;
  const token = world.randomBytes(TOKEN_BYTES).toString("hex");
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
  return token;
}

/** Enough that nobody guesses it, few enough for a QR code that phones read easily. */
const TOKEN_BYTES = 16;

function readToken(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8").trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined;
  }
}
