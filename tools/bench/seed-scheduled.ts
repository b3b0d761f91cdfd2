import { setImmediate } from "node:timers/promises";
import { listMigrations, openStore } from "@yici/gateway";
import type { AppId, OpenId } from "@yici/protocol";
import { SqliteFile, type World } from "@yici/runtime";
import { buildAcceptance, buildSlot } from "./gateway-ground.ts";
import { known } from "./known.ts";
import { onTracks } from "./send-order.ts";

/** Messages that are to be due together, so many of each account, each to a person of its own. */
export interface ScheduledBatch {
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

const ACCEPTS_AT_ONCE = 1_000;
const DAY_MS = 86_400_000;

/**
 * Has a batch accepted in a file that nobody has open: the first message of each account by the store itself, the others
 * as copies of its rows, past the store, millions in minutes. If it fails the file is lost. Answers how many they are.
 */
export async function seedScheduled(
  path: string,
  world: World,
  batch: ScheduledBatch,
): Promise<number> {
  const models = await acceptModels(path, world, batch);
  const migrations = listMigrations({ kind: "sqlite", path });
  const file = SqliteFile.open({ path, migrations, now: world.now() });
  try {
    file.exec(SETTINGS);
    for (let from = 0; from < models.length; from += ACCOUNTS_AT_ONCE) {
      file.exec("BEGIN");
      for (const model of models.slice(from, from + ACCOUNTS_AT_ONCE)) copyModel(file, model);
      file.exec("COMMIT");
      await setImmediate(); // Whoever waits for a signal is heard.
    }
    return models.length * batch.perAccount;
  } finally {
    file.close();
  }
}

/** Nothing is written twice, and there is a quarter of a gigabyte for pages. SQLite refuses to keep no journal at all. */
const SETTINGS =
  "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144";
/** Accounts of one transaction. */
const ACCOUNTS_AT_ONCE = 20;

async function acceptModels(
  path: string,
  world: World,
  { appids, perAccount, dueAt, firstNumber }: ScheduledBatch,
): Promise<readonly Model[]> {
  await using stack = new AsyncDisposableStack();
  const store = await openStore({ kind: "sqlite", path }, world);
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
    await store.accept({ ...acceptance, dueAt, deadlineAt: dueAt + 7 * DAY_MS });
    const { messageId, openid, idempotency } = acceptance;
    const { key: id } = known(idempotency);
    models.push({ appid, messageId, id, openid, number, copies: perAccount - 1 });
    return true;
  });
  return models;
}

/** Where the rows of a message are, by table. Its events are the last ones of its account. */
const ROWS: Readonly<Record<string, string>> = {
  grants: "t.openid = $openid",
  messages: "t.message_id = $messageId",
  deliveries: "t.message_id = $messageId",
  idempotency_keys: "t.principal = 'benchmark' AND t.key = $id",
  events: "t.number > $lastEvent - $eventCount",
};

function copyModel(file: SqliteFile, model: Model): void {
  const values = { ...model, ...countEvents(file, model) };
  for (const [table, condition] of Object.entries(ROWS)) {
    const statement = file.prepare(buildCopy(table, listColumns(file, table), condition));
    statement.setAllowUnknownNamedParameters(true); // Not every table needs them all.
    statement.run(values);
  }
}

/** The last event of a model's account, and how many of the last ones tell of the model. */
const COUNT_EVENTS = `
  SELECT max(number) AS last, count(*) FILTER (WHERE instr(facts, ?2) > 0) AS count
  FROM (SELECT number, facts FROM events WHERE appid = ?1 ORDER BY number DESC LIMIT 8)`;

function countEvents(
  file: SqliteFile,
  { appid, openid }: Model,
): { readonly lastEvent: number; readonly eventCount: number } {
  const row = file.prepare(COUNT_EVENTS).get(appid, openid);
  return { lastEvent: Number(row?.["last"]), eventCount: Number(row?.["count"]) };
}

function listColumns(file: SqliteFile, table: string): readonly string[] {
  const rows = file.prepare("SELECT name FROM pragma_table_info(?)").all(table);
  return rows.map(({ name }) => String(name));
}

/** The statement that copies a model's rows of one table, for `n`: messages and people that are not there yet. */
function buildCopy(table: string, columns: readonly string[], condition: string): string {
  return `
    WITH RECURSIVE n (i, id, openid) AS (
      SELECT 0, $id, $openid UNION ALL SELECT i + 1, ${NEXT_ID}, ${NEXT_OPENID} FROM n WHERE i < $copies)
    INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.map(buildValue).join(", ")}
    FROM ${table} t CROSS JOIN n WHERE t.appid = $appid AND ${condition} AND n.i > 0`;
}

const NEXT_ID = "substr($id, 1, 9) || printf('%011d', $number + i + 1)";
/** Scatters people over the indexes, as they are, and no two of them alike: by a prime beyond their number. */
const NEXT_OPENID = "'o' || printf('%027d', ($number + i + 1) * 2654435761 % 4294967291)";
/** Columns whose text may name the message or its person. */
const NAMING: readonly string[] = ["openid", "message_id", "key", "body_hash", "facts"];

function buildValue(column: string): string {
  if (column === "number") return "t.number + n.i * $eventCount";
  if (!NAMING.includes(column)) return `t.${column}`;
  return `replace(replace(t.${column}, $id, n.id), $openid, n.openid)`;
}
