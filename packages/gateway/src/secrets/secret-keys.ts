import { hash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "@yici/protocol";
import type { World } from "@yici/runtime";

/** Keys of 32 bytes: the first signs and seals, all verify and open. */
export type SecretKeys = readonly [Uint8Array, ...Uint8Array[]];

/**
 * Where the keys are. `given`: by the operator. `file`: kept beside the database, made at the first start.
 * `fresh`: made for this run, whose database ends with it.
 */
export type SecretKeySource =
  | { readonly kind: "given"; readonly keys: SecretKeys }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "fresh" };

const KEY_BYTES = 32;
const HEX_KEY = /^[0-9a-f]{64}$/i;
const BASE64_KEY = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Reads keys of 32 bytes in base64 or hex, separated by commas; `undefined` when any of them is not one. */
export function parseSecretKeys(text: string): SecretKeys | undefined {
  const [first, ...others] = text.split(",").map((part) => parseSecretKey(part.trim()));
  if (first === undefined) return undefined;
  const rest = others.filter((key) => key !== undefined);
  return rest.length === others.length ? [first, ...rest] : undefined;
}

/**
 * The keys of a source. A file that does not exist is made, readable by its owner only; not so when `isKnown`, for
 * then the database already holds what only the lost keys can open.
 */
export function openSecretKeys(
  source: SecretKeySource,
  isKnown: boolean,
  world: Pick<World, "randomBytes">,
): SecretKeys {
  if (source.kind === "given") return source.keys;
  if (source.kind === "fresh") return [world.randomBytes(KEY_BYTES)];
  const keys = readKeyFile(source.path);
  if (keys !== undefined) return keys;
  if (isKnown) throw refuseKeys(`${source.path} is missing, and this database was used with it`);
  return makeKeyFile(source.path, world);
}

/** What may be stored to recognise keys by: a short hash of each, the signing one first. */
export function fingerprintKeys(keys: SecretKeys): readonly string[] {
  return keys.map((key) => hash("sha256", Buffer.concat([LABEL, key])).slice(0, 16));
}

const LABEL = Buffer.from("yici key fingerprint v1 ");

function parseSecretKey(text: string): Uint8Array | undefined {
  if (HEX_KEY.test(text)) return Buffer.from(text, "hex");
  return BASE64_KEY.test(text) ? Buffer.from(text, "base64") : undefined;
}

function readKeyFile(path: string): SecretKeys | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const keys = parseSecretKeys(text.trim());
  if (keys !== undefined) return keys;
  throw refuseKeys(`${path} holds no keys of 32 bytes`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw refuseKeys(`${path} cannot be read`, error);
  }
}

function makeKeyFile(path: string, world: Pick<World, "randomBytes">): SecretKeys {
  const key = world.randomBytes(KEY_BYTES);
  mkdirSync(dirname(path), { recursive: true });
  // `wx`: never writes over keys that another process has just made.
  writeFileSync(path, `${key.toString("base64")}\n`, { flag: "wx", mode: 0o600 });
  chmodSync(path, 0o600);
  return [key];
}

function refuseKeys(what: string, cause?: unknown): ConfigError {
  const problem = `${what}: put the file back from a backup, or give the keys in YICI_SECRET_KEYS`;
  return new ConfigError([{ name: "YICI_SECRET_KEYS", problem }], { cause });
}
