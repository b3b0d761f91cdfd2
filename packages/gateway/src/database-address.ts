import { readOr, type Setting, wrong } from "./setting.ts";

/** Where the database is, and how it is reached. */
export type DatabaseAddress =
  /** `path` is a file, or `:memory:`. */
  | { readonly kind: "sqlite"; readonly path: string }
  | {
      readonly kind: "postgres";
      /** Holds a password: never log it. */
      readonly url: string;
      /** Where to listen for what other processes commit; null: nowhere, the database is looked at again and again. */
      readonly listenUrl: string | null;
      /** Off behind a transaction pooler. */
      readonly isPreparing: boolean;
      /** Connections at most, beside the one that listens. */
      readonly connectionsMax: number;
    };

/** Reads the settings of the database. */
export function readDatabase(read: <T>(setting: Setting<T>) => T): DatabaseAddress {
  const given = read(DATABASE_URL);
  const hasPooler = read(DATABASE_POOLER) === "transaction";
  const listenUrl = read(DATABASE_LISTEN_URL);
  const connectionsMax = read(DATABASE_CONNECTIONS);
  if (given.kind === "sqlite") return Object.freeze(given);
  return Object.freeze({
    ...given,
    // A transaction pooler hears nothing: a connection is somebody else's after each commit.
    listenUrl: listenUrl ?? (hasPooler ? null : given.url),
    isPreparing: !hasPooler,
    connectionsMax,
  });
}

type Given =
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string };

const DATABASE_URL: Setting<Given> = {
  name: "YICI_DATABASE_URL",
  flag: "databaseUrl",
  mayBeFile: true,
  fallback: { kind: "sqlite", path: "./data/yici.db" },
  parse(text) {
    const path = /^sqlite:(?!\/\/)(.+)$/.exec(text)?.[1];
    if (path !== undefined) return { kind: "read", value: { kind: "sqlite", path } };
    if (isPostgresUrl(text)) return { kind: "read", value: { kind: "postgres", url: text } };
    return wrong(
      "expected sqlite:PATH, sqlite::memory: or postgres://USER:PASSWORD@HOST/DATABASE, for example sqlite:./data/yici.db",
    );
  },
};

const DATABASE_POOLER: Setting<"none" | "transaction"> = {
  name: "YICI_DATABASE_POOLER",
  flag: "databasePooler",
  mayBeFile: false,
  fallback: "none",
  parse: (text) =>
    readOr(
      text === "none" || text === "transaction" ? text : undefined,
      "expected none or transaction",
    ),
};

const DATABASE_LISTEN_URL: Setting<string | undefined> = {
  name: "YICI_DATABASE_LISTEN_URL",
  flag: "databaseListenUrl",
  mayBeFile: true,
  fallback: undefined,
  parse: (text) =>
    readOr(
      isPostgresUrl(text) ? text : undefined,
      "expected the address of the server itself, beside the pooler: postgres://USER:PASSWORD@HOST/DATABASE",
    ),
};

const DATABASE_CONNECTIONS: Setting<number> = {
  name: "YICI_DATABASE_CONNECTIONS",
  flag: "databaseConnections",
  mayBeFile: false,
  fallback: 10,
  parse: (text) =>
    readOr(
      /^[0-9]{1,3}$/.test(text) && Number(text) >= 2 ? Number(text) : undefined,
      "expected a number from 2 to 999",
    ),
};

function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\/./.test(text) && URL.canParse(text);
}
