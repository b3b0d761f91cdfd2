import { setImmediate } from "node:timers/promises";
import { type DatabaseAddress, listMigrations, openStore } from "@yici/gateway";
import type { AppId, OpenId } from "@yici/protocol";
import { SqliteFile, type World } from "@yici/runtime";
import { runStatement } from "../postgres/run-statement.ts";
import { buildAcceptance, buildSlot } from "./gateway-ground.ts";
import { known } from "./known.ts";
import { onTracks } from "./send-order.ts";

/** Messages that are to be due together, so many of each account, each to a person of its own. */
export interface MessageBatch {
  readonly appids: readonly AppId[];
  readonly perAccount: number;
  readonly dueAt: number;
  /** Of the numbers that tell a benchmark's messages apart, those from here on are free. */
  readonly firstNumber: number;
}

/** A message that the store has accepted, and how many more there are to be like it, with the numbers after its own. */
interface Model {
  readonly appid: AppId;
  readonly messageId: string;
  /** Its idempotency key, which its message id ends with. */
  readonly id: string;
  readonly openid: OpenId;
  readonly number: number;
  readonly copies: number;
}

type Row = Readonly<Record<string, unknown>>;

/** A database past its store, which nobody may use meanwhile. */
interface Backdoor {
  readonly dialect: Dialect;
  readonly read: (sql: string) => Promise<readonly Row[]>;
  /** Several statements as one transaction. */
  readonly write: (sql: string) => Promise<void>;
}

/** What an engine calls things. */
interface Dialect {
  /** Every column of every table: `table_name`, `name`, `type`. */
  readonly columns: string;
  /** A number, `length` digits long. */
  readonly pad: (number: string, length: number) => string;
  /** Rows `n(i)`, from 1 on. */
  readonly series: (count: number) => string;
}

type Columns = ReadonlyMap<string, readonly { readonly name: string; readonly type: string }[]>;

const ACCEPTS_AT_ONCE = 1_000;
/** Accounts of one transaction. */
const ACCOUNTS_AT_ONCE = 20;
const DAY_MS = 86_400_000;

/**
 * Has a batch accepted in a database that nobody uses: the first message of each account by the store itself, the others
 * as copies of its rows, past the store, millions in minutes. If it fails the database is lost. Answers how many they are.
 */
export async function seedMessages(
  database: DatabaseAddress,
  world: World,
  batch: MessageBatch,
): Promise<number> {
  const models = await acceptModels(database, world, batch);
  await using stack = new AsyncDisposableStack();
  const backdoor = openBackdoor(database, world, stack);
  const columns = await listColumns(backdoor);
  const eventCount = await countEvents(backdoor, known(models[0]));
  for (let from = 0; from < models.length; from += ACCOUNTS_AT_ONCE) {
    const some = models.slice(from, from + ACCOUNTS_AT_ONCE);
    const copies = some.map((model) => copyModel(model, eventCount, columns, backdoor.dialect));
    await backdoor.write(copies.join(""));
    await setImmediate(); // Whoever waits for a signal is heard.
  }
  return models.length * batch.perAccount;
}

async function acceptModels(
  database: DatabaseAddress,
  world: World,
  { appids, perAccount, dueAt, firstNumber }: MessageBatch,
): Promise<readonly Model[]> {
  await using stack = new AsyncDisposableStack();
  const store = await openStore(database, world);
  stack.defer(() => store.close());
  const models: Model[] = [];
  let next = 0;
  await onTracks(ACCEPTS_AT_ONCE, async () => {
    const number = firstNumber + next * perAccount;
    const appid = appids[next++];
    if (appid === undefined) return false;
    const now = world.now();
    const slot = buildSlot(appid, number);
    const acceptance = buildAcceptance(slot, number, now);
    await store.importGrant(slot, now, now);
    const { kind } = await store.accept({ ...acceptance, dueAt, deadlineAt: dueAt + 7 * DAY_MS });
    if (kind !== "accepted") throw new Error(`a message was not accepted: ${kind}`);
    const { messageId, openid, idempotency } = acceptance;
    const { key: id } = known(idempotency);
    models.push({ appid, messageId, id, openid, number, copies: perAccount - 1 });
    return true;
  });
  return models;
}

const SQLITE: Dialect = {
  columns: `
    SELECT m.name AS table_name, c.name, c.type
    FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`,
  pad: (number, length) => `printf('%0${length}d', ${number})`,
  series: (count) => `
    (WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${count}) SELECT i FROM s) n`,
};

const POSTGRES: Dialect = {
  columns: `
    SELECT table_name, column_name AS name, data_type AS type
    FROM information_schema.columns WHERE table_schema = 'public'`,
  pad: (number, length) => `lpad((${number})::text, ${length}, '0')`,
  series: (count) => `generate_series(1::bigint, ${count}) n(i)`,
};

/** Nothing is written twice, and there is a quarter of a gigabyte for pages. SQLite refuses to keep no journal at all. */
const SETTINGS =
  "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144";

function openBackdoor(
  database: DatabaseAddress,
  world: World,
  stack: AsyncDisposableStack,
): Backdoor {
  if (database.kind === "postgres") {
    const read = (sql: string): Promise<readonly Row[]> => runStatement(database.url, sql);
    return { dialect: POSTGRES, read, write: async (sql) => void (await read(sql)) };
  }
  const migrations = listMigrations(database);
  const file = SqliteFile.open({ path: database.path, migrations, now: world.now() });
  stack.defer(() => file.close());
  file.exec(SETTINGS);
  return {
    dialect: SQLITE,
    read: async (sql) => file.prepare(sql).all(),
    write: async (sql) => file.exec(`BEGIN; ${sql} COMMIT`),
  };
}

async function listColumns({ dialect, read }: Backdoor): Promise<Columns> {
  const tables = new Map<string, { readonly name: string; readonly type: string }[]>();
  for (const { table_name: table, name, type } of await read(dialect.columns)) {
    const column = { name: String(name), type: String(type) };
    tables.set(String(table), [...(tables.get(String(table)) ?? []), column]);
  }
  return tables;
}

/** How many events tell of one model; they are the last ones of its account. */
async function countEvents({ read }: Backdoor, { appid, openid }: Model): Promise<number> {
  const rows = await read(`
    SELECT count(*) AS count FROM events
    WHERE appid = '${appid}' AND CAST(events AS text) LIKE '%${openid}%'`);
  return Number(rows[0]?.["count"]);
}

/** The statements that copy a model's rows in every table that has some: to messages and people that are not there yet. */
function copyModel(model: Model, eventCount: number, tables: Columns, dialect: Dialect): string {
  const statements = [...tables].map(([table, columns]) => {
    const names = columns.map(({ name }) => name);
    const condition = findRows(table, names, model, eventCount);
    if (condition === undefined) return "";
    const values = columns.map((column) => copyValue(column, model, eventCount, dialect));
    return `
      INSERT INTO ${table} (${names.join(", ")}) SELECT ${values.join(", ")}
      FROM ${table} t CROSS JOIN ${dialect.series(model.copies)}
      WHERE t.appid = '${model.appid}' AND ${condition};`;
  });
  const lastEvent = tables.has("event_heads") ? moveLastEvent(model, eventCount) : "";
  return model.copies === 0 ? "" : statements.join("") + lastEvent;
}

/** Which rows of a table are the model's; `undefined` where it has none. */
function findRows(
  table: string,
  names: readonly string[],
  { appid, messageId, openid }: Model,
  eventCount: number,
): string | undefined {
  if (table === "events") {
    return `t.number > (SELECT max(number) FROM events WHERE appid = '${appid}') - ${eventCount}`;
  }
  const conditions = [
    ...(names.includes("openid") ? [`t.openid = '${openid}'`] : []),
    ...(names.includes("message_id") ? [`t.message_id = '${messageId}'`] : []),
  ];
  return conditions.length === 0 ? undefined : conditions.join(" AND ");
}

/** Columns whose text may name the message or its person. */
const NAMING: readonly string[] = ["openid", "message_id", "key", "body_hash", "events"];
/** Scatters people over the indexes, as they are, and no two of them alike: a prime below 2^32, and a factor. */
const PRIME = 4_294_967_291;
const FACTOR = 2_654_435_761;
const NUMBER_LENGTH = 11;
const PERSON_LENGTH = 27;

function copyValue(
  { name, type }: { readonly name: string; readonly type: string },
  { id, openid, number }: Model,
  eventCount: number,
  { pad }: Dialect,
): string {
  if (name === "number") return `t.number + n.i * ${eventCount}`;
  if (name !== "grant_row" && !NAMING.includes(name)) return `t.${name}`;
  const place = `(${number} + n.i)`;
  const nextId = `'${id.slice(0, -NUMBER_LENGTH)}' || ${pad(place, NUMBER_LENGTH)}`;
  const nextOpenid = `'o' || ${pad(`${place} * ${FACTOR} % ${PRIME}`, PERSON_LENGTH)}`;
  if (name === "grant_row") return findGrantRow(nextOpenid);
  const text = `replace(CAST(t.${name} AS text), '${id}', ${nextId})`;
  return `CAST(replace(${text}, '${openid}', ${nextOpenid}) AS ${type})`;
}

/** Grants are copied before the messages that hold them. */
function findGrantRow(openid: string): string {
  return `(
    SELECT g.rowid FROM grants g WHERE g.appid = t.appid AND g.openid = ${openid}
      AND g.scene = t.scene AND g.generation = t.generation)`;
}

/** Where the number of an account's last event is a row of its own. */
function moveLastEvent({ appid, copies }: Model, eventCount: number): string {
  return `
    UPDATE event_heads SET last_number = last_number + ${copies * eventCount}
    WHERE appid = '${appid}';`;
}
