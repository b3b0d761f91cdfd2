import { type DatabaseAddress, listMigrations } from "@yici/gateway";
import type { AppId } from "@yici/protocol";
import { type EpochMs, SqliteFile } from "@yici/runtime";
import { runStatement } from "../postgres/run-statement.ts";

/** A message that was accepted, and how often it is to be there besides. */
export interface Copies {
  readonly appid: AppId;
  readonly messageId: string;
  readonly openid: string;
  readonly count: number;
  readonly now: EpochMs;
}

/** What an engine calls things. */
interface Dialect {
  /** Every table's columns: `table`, `name`. */
  readonly columns: string;
  /** A number, `length` digits long. */
  readonly pad: (number: string, length: number) => string;
  /** Rows `n(i)`, from 1 on. */
  readonly series: (count: number) => string;
}

type Run = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

const SQLITE: Dialect = {
  columns: `SELECT m.name AS "table", c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`,
  pad: (number, length) => `printf('%0${length}d', ${number})`,
  series: (count) => `
    (WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${count}) SELECT i FROM s) n`,
};

const POSTGRES: Dialect = {
  columns: `SELECT table_name AS "table", column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`,
  pad: (number, length) => `lpad((${number})::text, ${length}, '0')`,
  series: (count) => `(SELECT i FROM generate_series(1::bigint, ${count}) i) n`,
};

const TABLES = ["grants", "slots", "messages", "deliveries", "idempotency_keys"];
/** Scatters people over the indexes, as they are, and no two of them alike: a prime below 2^32, and a factor. */
const PRIME = 4_294_967_291;
const FACTOR = 2_654_435_761;

/**
 * Copies an accepted message with all its rows, each copy for a person of its own, in the database and past the store,
 * which nobody may have open: millions in seconds. Events are not copied.
 */
export async function seedCopies(database: DatabaseAddress, copies: Copies): Promise<void> {
  if (database.kind === "postgres") {
    await copyRows(copies, POSTGRES, (sql) => runStatement(database.url, sql));
    return;
  }
  const migrations = listMigrations(database);
  const file = SqliteFile.open({ path: database.path, migrations, now: copies.now });
  file.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  try {
    await copyRows(copies, SQLITE, async (sql) => file.prepare(sql).all());
  } finally {
    file.close();
  }
}

async function copyRows(copies: Copies, dialect: Dialect, run: Run): Promise<void> {
  const columns = await run(dialect.columns);
  for (const table of TABLES) {
    const ours = columns.filter((column) => column["table"] === table);
    const names = ours.map(({ name }) => String(name));
    if (names.length > 0) await run(buildCopy(table, names, copies, dialect));
  }
}

function buildCopy(
  table: string,
  names: readonly string[],
  { appid, messageId, openid, count }: Copies,
  { pad, series }: Dialect,
): string {
  const number = pad("n.i", NUMBER_LENGTH);
  const fresh: Readonly<Record<string, string>> = {
    message_id: `'${messageId.slice(0, -NUMBER_LENGTH)}' || ${number}`,
    openid: `'o' || ${pad(`((n.i * ${FACTOR}) % ${PRIME})`, PERSON_LENGTH)}`,
    key: number,
  };
  const values = names.map((name) => fresh[name] ?? `t.${name}`);
  const one = names.includes("message_id")
    ? `t.message_id = '${messageId}'`
    : `t.openid = '${openid}'`;
  return `
    INSERT INTO ${table} (${names.join(", ")})
    SELECT ${values.join(", ")} FROM ${series(count)} CROSS JOIN ${table} t
    WHERE t.appid = '${appid}' AND ${one}`;
}

/** Of what a message's id ends with. */
const NUMBER_LENGTH = 11;
const PERSON_LENGTH = 27;
