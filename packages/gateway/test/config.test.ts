import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ConfigError } from "@yici/protocol";
import { loadConfig } from "../src/config.ts";
import type { ConfigSources } from "../src/config.ts";

const KEY_HEX = "0f".repeat(32);
const KEY_BASE64 = Buffer.alloc(32, 7).toString("base64");

/** The settings that are complained about, by name. */
function listProblems(sources: ConfigSources): readonly string[] {
  try {
    loadConfig({ env: {}, ...sources });
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.issues.map(({ name }) => name);
  }
  return [];
}

test("without a word everything has a default that harms nobody", () => {
  const config = loadConfig({ env: {} });

  assert.deepEqual(config, {
    database: { kind: "sqlite", path: "./data/yici.db" },
    publicListener: { host: "127.0.0.1", port: 8170 },
    adminListener: { host: "127.0.0.1", port: 8171 },
    publicUrl: undefined,
    secretKeys: { kind: "file", path: "./data/yici.db.keys" },
    proxy: undefined,
    trustedProxies: [],
    logLevel: "info",
  });
});

test("the environment decides, and a flag wins over it", () => {
  const env = {
    YICI_DATABASE_URL: "sqlite:/var/lib/yici.db",
    YICI_PUBLIC_HOST: "0.0.0.0",
    YICI_PUBLIC_PORT: "80",
    YICI_PUBLIC_URL: "https://shop.example/wx/",
    YICI_ADMIN_HOST: "::1",
    YICI_ADMIN_PORT: "0",
    YICI_SECRET_KEYS: `${KEY_BASE64}, ${KEY_HEX}`,
    YICI_PROXY: "http://user:pass@proxy:3128",
    YICI_TRUSTED_PROXIES: "loopback, 10.0.0.0/8,2001:db8::/32",
    YICI_LOG_LEVEL: "warn",
  };

  const config = loadConfig({ env, flags: { publicPort: "8000" } });

  assert.deepEqual(config.database, { kind: "sqlite", path: "/var/lib/yici.db" });
  assert.deepEqual(config.publicListener, { host: "0.0.0.0", port: 8000 });
  assert.deepEqual(config.adminListener, { host: "::1", port: 0 });
  assert.equal(config.publicUrl, "https://shop.example/wx");
  assert.equal(config.secretKeys.kind === "given" && config.secretKeys.keys.length, 2);
  assert.equal(config.proxy, "http://user:pass@proxy:3128");
  assert.deepEqual(config.trustedProxies, ["loopback", "10.0.0.0/8", "2001:db8::/32"]);
  assert.equal(config.logLevel, "warn");
});

test("a database in memory has keys that end with it", () => {
  const config = loadConfig({ env: { YICI_DATABASE_URL: "sqlite::memory:" } });

  assert.deepEqual(config.database, { kind: "sqlite", path: ":memory:" });
  assert.deepEqual(config.secretKeys, { kind: "fresh" });
});

test("every mistake is reported at once, each by the name it was written under", () => {
  const env = {
    YICI_DATABASE_URL: "mysql://db",
    YICI_ADMIN_HOST: "two words",
    YICI_PUBLIC_URL: "shop.example",
    YICI_SECRET_KEYS: "short",
    YICI_PROXY: "socks5://x",
    YICI_TRUSTED_PROXIES: "10.0.0.0/33",
    YICI_LOG_LEVEL: "loud",
  };

  const problems = listProblems({ env, flags: { publicPort: "65536" } });

  assert.deepEqual(problems.toSorted(), [
    "--public-port",
    "YICI_ADMIN_HOST",
    "YICI_DATABASE_URL",
    "YICI_LOG_LEVEL",
    "YICI_PROXY",
    "YICI_PUBLIC_URL",
    "YICI_SECRET_KEYS",
    "YICI_TRUSTED_PROXIES",
  ]);
});

test("a complaint never quotes what may be secret", () => {
  const canary = "canary-secret";
  const env = {
    YICI_DATABASE_URL: canary,
    YICI_SECRET_KEYS: canary,
    YICI_PROXY: `socks5://${canary}`,
  };

  assert.throws(
    () => loadConfig({ env }),
    (error: unknown) => error instanceof ConfigError && !error.message.includes(canary),
  );
});

test("a database that is not supported is refused with what is", () => {
  assert.throws(
    () => loadConfig({ env: { YICI_DATABASE_URL: "mysql://localhost/yici" } }),
    /sqlite:PATH, sqlite::memory: or postgres:/,
  );
});

describe("a PostgreSQL database", () => {
  const url = "postgres://yici:password@db.internal/yici?sslmode=verify-full";
  const direct = "postgres://yici:password@primary.internal/yici";

  test("is prepared for and listened to where it is reached", () => {
    const env = { YICI_DATABASE_URL: url, YICI_SECRET_KEYS: KEY_HEX };

    const { database } = loadConfig({ env });

    const kind = "postgres";
    assert.deepEqual(database, {
      kind,
      url,
      listenUrl: url,
      isPreparing: true,
      connectionsMax: 10,
    });
  });

  test("behind a transaction pooler is not prepared for, and listened to beside it or not at all", () => {
    const env = {
      YICI_DATABASE_URL: url,
      YICI_DATABASE_POOLER: "transaction",
      YICI_DATABASE_CONNECTIONS: "40",
      YICI_SECRET_KEYS: KEY_HEX,
    };

    const { database: deaf } = loadConfig({ env });
    const { database } = loadConfig({ env: { ...env, YICI_DATABASE_LISTEN_URL: direct } });

    const shared = { kind: "postgres", url, isPreparing: false, connectionsMax: 40 };
    assert.deepEqual(deaf, { ...shared, listenUrl: null });
    assert.deepEqual(database, { ...shared, listenUrl: direct });
  });

  test("asks for keys, which its processes share", () => {
    const problems = listProblems({ env: { YICI_DATABASE_URL: url } });

    assert.deepEqual(problems, ["YICI_SECRET_KEYS"]);
  });

  test("is never quoted", () => {
    const env = { YICI_DATABASE_URL: `postgres://u:canary@h o/db`, YICI_DATABASE_POOLER: "canary" };

    assert.throws(
      () => loadConfig({ env }),
      (error: unknown) => error instanceof ConfigError && !error.message.includes("canary"),
    );
  });
});

describe("secrets in files", () => {
  test("are read by the variable that ends in _FILE", (t) => {
    const folder = mkdtempSync(join(tmpdir(), "yici-config-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "keys");
    writeFileSync(path, `${KEY_HEX}\n`);

    const config = loadConfig({ env: { YICI_SECRET_KEYS_FILE: path } });

    assert.deepEqual(config.secretKeys, {
      kind: "given",
      keys: [Buffer.from(KEY_HEX, "hex")],
    });
  });

  test("that cannot be read are reported", () => {
    const problems = listProblems({ env: { YICI_SECRET_KEYS_FILE: "/nowhere/at/all" } });

    assert.deepEqual(problems, ["YICI_SECRET_KEYS_FILE"]);
  });

  test("and in a variable as well are one too many", (t) => {
    const folder = mkdtempSync(join(tmpdir(), "yici-config-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "keys");
    writeFileSync(path, KEY_HEX);

    const problems = listProblems({
      env: { YICI_SECRET_KEYS: KEY_HEX, YICI_SECRET_KEYS_FILE: path },
    });

    assert.deepEqual(problems, ["YICI_SECRET_KEYS"]);
  });
});

test("the configuration cannot be changed afterwards", () => {
  const config = loadConfig({ env: {} });

  assert.ok(Object.isFrozen(config));
  assert.ok(Object.isFrozen(config.publicListener));
  assert.ok(Object.isFrozen(config.trustedProxies));
});

test("the document of the configuration names every setting, and no other", () => {
  const page = new URL("../../../docs/reference/gateway-configuration.md", import.meta.url);
  const sources = ["../src/config.ts", "../src/database-address.ts"]
    .map((path) => readFileSync(new URL(path, import.meta.url), "utf8"))
    .join("");
  const rows = readFileSync(page, "utf8").matchAll(/^\| (`YICI_[^|]+)\|/gm);
  const documented = [...rows].flatMap(([, names = ""]) => names.match(/YICI_[A-Z_]+/g) ?? []);
  const written = sources.match(/(?<=")YICI_[A-Z_]+(?=")/g) ?? [];
  const misread = Object.fromEntries(documented.map((name) => [name, "not a \n value ~"]));

  const refused = listProblems({ env: misread });

  assert.deepEqual(refused.toSorted(), documented.toSorted());
  assert.deepEqual(documented.toSorted(), [...new Set(written)].toSorted());
});
