import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { ConfigError } from "@yici/protocol";
import type { ConfigIssue } from "@yici/protocol";
import type { LogLevel } from "@yici/runtime";
import { parsePublicUrl } from "./accounts/web-address.ts";
import { parseSecretKeys } from "./secrets/secret-keys.ts";
import type { SecretKeySource, SecretKeys } from "./secrets/secret-keys.ts";

/** Where one of the two servers listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/** Everything an operator decides before the start; validated and frozen. Holds secrets: never log it. */
export interface GatewayConfig {
  /** `path` is a file, or `:memory:`. */
  readonly database: { readonly kind: "sqlite"; readonly path: string };
  readonly publicListener: ListenAddress;
  readonly adminListener: ListenAddress;
  /** Where browsers reach the public listener, when that differs from where it listens; no slash at its end. */
  readonly publicUrl: string | undefined;
  readonly secretKeys: SecretKeySource;
  /** The HTTP proxy that calls to the platform go through. */
  readonly proxy: string | undefined;
  /** Addresses and networks whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
}

/** Settings given on the command line, by the names of their environment variables without `YICI_`, in camel case. */
export type GatewayFlags = { readonly [Name in FlagName]?: string | undefined };

type FlagName =
  | "databaseUrl"
  | "publicHost"
  | "publicPort"
  | "publicUrl"
  | "adminHost"
  | "adminPort"
  | "secretKeys"
  | "proxy"
  | "trustedProxies"
  | "logLevel";

/** Where settings come from. A flag wins over the environment. */
export interface ConfigSources {
  /** Default: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly flags?: GatewayFlags;
}

interface Setting<T> {
  readonly name: string;
  readonly flag: FlagName;
  /** It may hold a secret, so a file may be named instead, in a variable that ends in `_FILE`. */
  readonly mayBeFile: boolean;
  /** Used when it is not given. */
  readonly fallback: T;
  readonly parse: (text: string) => Parsed<T>;
}

type Parsed<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "wrong"; readonly problem: string };

interface Given {
  /** What the operator wrote it in: a variable or a flag. */
  readonly name: string;
  readonly text: string;
}

/**
 * Reads the whole configuration from flags, environment and the files they name. Throws `ConfigError` that lists every
 * mistake at once, each with what was expected.
 */
export function loadConfig(sources: ConfigSources = {}): GatewayConfig {
  const issues: ConfigIssue[] = [];
  const read = createReader(sources, issues);
  const database = read(DATABASE_URL);
  const config: GatewayConfig = {
    database,
    publicListener: Object.freeze({ host: read(PUBLIC_HOST), port: read(PUBLIC_PORT) }),
    adminListener: Object.freeze({ host: read(ADMIN_HOST), port: read(ADMIN_PORT) }),
    publicUrl: read(PUBLIC_URL),
    secretKeys: chooseKeySource(read(SECRET_KEYS), database.path),
    proxy: read(PROXY),
    trustedProxies: Object.freeze(read(TRUSTED_PROXIES)),
    logLevel: read(LOG_LEVEL),
  };
  if (issues.length > 0) throw new ConfigError(issues);
  return Object.freeze(config);
}

function createReader(
  { env = process.env, flags = {} }: ConfigSources,
  issues: ConfigIssue[],
): <T>(setting: Setting<T>) => T {
  return (setting) => {
    const given = findGiven(setting, env, flags, issues);
    if (given === undefined) return setting.fallback;
    const parsed = setting.parse(given.text);
    if (parsed.kind === "read") return parsed.value;
    issues.push({ name: given.name, problem: parsed.problem });
    return setting.fallback;
  };
}

function findGiven(
  { name, flag, mayBeFile }: Setting<unknown>,
  env: NonNullable<ConfigSources["env"]>,
  flags: GatewayFlags,
  issues: ConfigIssue[],
): Given | undefined {
  const flagText = flags[flag];
  if (flagText !== undefined) return { name: nameFlag(flag), text: flagText.trim() };
  const text = env[name] ?? "";
  const path = mayBeFile ? (env[`${name}_FILE`] ?? "") : "";
  if (text !== "" && path !== "") {
    issues.push({ name, problem: `given twice, here and by ${name}_FILE: remove one of them` });
  }
  if (path !== "") return readGivenFile(`${name}_FILE`, path, issues);
  return text === "" ? undefined : { name, text: text.trim() };
}

function nameFlag(flag: FlagName): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function readGivenFile(name: string, path: string, issues: ConfigIssue[]): Given | undefined {
  try {
    return { name, text: readFileSync(path, "utf8").trim() };
  } catch {
    issues.push({ name, problem: `${path} cannot be read: check the path and its permissions` });
    return undefined;
  }
}

function chooseKeySource(keys: SecretKeys | undefined, databasePath: string): SecretKeySource {
  if (keys !== undefined) return { kind: "given", keys };
  return databasePath === ":memory:"
    ? { kind: "fresh" }
    : { kind: "file", path: `${databasePath}.keys` };
}

const DATABASE_URL: Setting<GatewayConfig["database"]> = {
  name: "YICI_DATABASE_URL",
  flag: "databaseUrl",
  mayBeFile: true,
  fallback: { kind: "sqlite", path: "./data/yici.db" },
  parse(text) {
    const path = /^sqlite:(?!\/\/)(.+)$/.exec(text)?.[1];
    return path === undefined
      ? wrong("expected sqlite:PATH or sqlite::memory:, for example sqlite:./data/yici.db")
      : { kind: "read", value: { kind: "sqlite", path } };
  },
};

const PUBLIC_HOST: Setting<string> = hostSetting("YICI_PUBLIC_HOST", "publicHost");
const PUBLIC_PORT: Setting<number> = portSetting("YICI_PUBLIC_PORT", "publicPort", 8170);
const ADMIN_HOST: Setting<string> = hostSetting("YICI_ADMIN_HOST", "adminHost");
const ADMIN_PORT: Setting<number> = portSetting("YICI_ADMIN_PORT", "adminPort", 8171);

const PUBLIC_URL: Setting<string | undefined> = {
  name: "YICI_PUBLIC_URL",
  flag: "publicUrl",
  mayBeFile: false,
  fallback: undefined,
  parse: (text) =>
    readOr(
      parsePublicUrl(text),
      "expected an http or https address without query, for example https://shop.example/wx",
    ),
};

const SECRET_KEYS: Setting<SecretKeys | undefined> = {
  name: "YICI_SECRET_KEYS",
  flag: "secretKeys",
  mayBeFile: true,
  fallback: undefined,
  parse: (text) =>
    readOr(
      parseSecretKeys(text),
      "expected keys of 32 bytes in base64 or hex, separated by commas, the signing one first; `openssl rand -base64 32` makes one",
    ),
};

const PROXY: Setting<string | undefined> = {
  name: "YICI_PROXY",
  flag: "proxy",
  mayBeFile: true,
  fallback: undefined,
  parse(text) {
    const isAddress = /^https?:\/\//i.test(text) && URL.canParse(text);
    return readOr(
      isAddress ? text : undefined,
      "expected the http or https address of a proxy, for example http://proxy.internal:3128",
    );
  },
};

const TRUSTED_PROXIES: Setting<readonly string[]> = {
  name: "YICI_TRUSTED_PROXIES",
  flag: "trustedProxies",
  mayBeFile: false,
  fallback: [],
  parse(text) {
    const proxies = splitList(text);
    return readOr(
      proxies.every(isProxyRange) ? proxies : undefined,
      "expected addresses, networks such as 10.0.0.0/8, or the word loopback, separated by commas",
    );
  },
};

const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

const LOG_LEVEL: Setting<LogLevel> = {
  name: "YICI_LOG_LEVEL",
  flag: "logLevel",
  mayBeFile: false,
  fallback: "info",
  parse: (text) =>
    readOr(
      LOG_LEVELS.find((level) => level === text),
      `expected one of ${LOG_LEVELS.join(", ")}`,
    ),
};

function hostSetting(name: string, flag: FlagName): Setting<string> {
  return {
    name,
    flag,
    mayBeFile: false,
    fallback: "127.0.0.1",
    parse: (text) =>
      readOr(
        /^[0-9A-Za-z.:%_-]+$/.test(text) ? text : undefined,
        "expected a host name or an address without port, for example 127.0.0.1 or 0.0.0.0",
      ),
  };
}

function portSetting(name: string, flag: FlagName, fallback: number): Setting<number> {
  return {
    name,
    flag,
    mayBeFile: false,
    fallback,
    parse: (text) =>
      readOr(
        /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined,
        "expected a port from 0 to 65535 (0 picks a free one)",
      ),
  };
}

function readOr<T>(value: T | undefined, problem: string): Parsed<T> {
  return value === undefined ? wrong(problem) : { kind: "read", value };
}

function wrong(problem: string): { readonly kind: "wrong"; readonly problem: string } {
  return { kind: "wrong", problem };
}

function splitList(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function isProxyRange(text: string): boolean {
  if (text === "loopback") return true;
  const [address = "", prefix] = text.split("/", 2);
  const version = isIP(address);
  if (version === 0) return false;
  const prefixMax = version === 4 ? 32 : 128;
  return prefix === undefined || (/^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= prefixMax);
}
