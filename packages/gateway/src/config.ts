import { isIP } from "node:net";
import { ConfigError } from "@yici/protocol";
import type { ConfigIssue } from "@yici/protocol";
import type { LogLevel } from "@yici/runtime";
import { parsePublicUrl } from "./accounts/web-address.ts";
import { type DatabaseAddress, readDatabase } from "./database-address.ts";
import { parseSecretKeys } from "./secrets/secret-keys.ts";
import type { SecretKeySource, SecretKeys } from "./secrets/secret-keys.ts";
import { createReader, readOr, type Setting } from "./setting.ts";

/** Where one of the two servers listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/** Everything an operator decides before the start; validated and frozen. Holds secrets: never log it. */
export interface GatewayConfig {
  readonly database: DatabaseAddress;
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
  | "databasePooler"
  | "databaseListenUrl"
  | "databaseConnections"
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

/**
 * Reads the whole configuration from flags, environment and the files they name. Throws `ConfigError` that lists every
 * mistake at once, each with what was expected.
 */
export function loadConfig(sources: ConfigSources = {}): GatewayConfig {
  const issues: ConfigIssue[] = [];
  const { env = process.env, flags = {} } = sources;
  const read = createReader({ env, flags }, issues);
  const database = readDatabase(read);
  const config: GatewayConfig = {
    database,
    publicListener: Object.freeze({ host: read(PUBLIC_HOST), port: read(PUBLIC_PORT) }),
    adminListener: Object.freeze({ host: read(ADMIN_HOST), port: read(ADMIN_PORT) }),
    publicUrl: read(PUBLIC_URL),
    secretKeys: chooseKeySource(read(SECRET_KEYS), database, issues),
    proxy: read(PROXY),
    trustedProxies: Object.freeze(read(TRUSTED_PROXIES)),
    logLevel: read(LOG_LEVEL),
  };
  if (issues.length > 0) throw new ConfigError(issues);
  return Object.freeze(config);
}

/** Keys are made only for a database that this machine has to itself. */
function chooseKeySource(
  keys: SecretKeys | undefined,
  database: DatabaseAddress,
  issues: ConfigIssue[],
): SecretKeySource {
  if (keys !== undefined) return { kind: "given", keys };
  if (database.kind === "sqlite" && database.path !== ":memory:") {
    return { kind: "file", path: `${database.path}.keys` };
  }
  if (database.kind === "postgres") {
    const problem =
      "must be given with a PostgreSQL database, the same for every process; `openssl rand -base64 32` makes one";
    issues.push({ name: "YICI_SECRET_KEYS", problem });
  }
  return { kind: "fresh" };
}

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
