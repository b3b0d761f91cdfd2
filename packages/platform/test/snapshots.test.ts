import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Snapshot, startPlatform } from "@yici/platform";
import { createManualWorld } from "@yici/runtime";
import { readSnapshot } from "../src/snapshots/read-snapshot.ts";
import { MIGRATIONS } from "../src/store/migrations.ts";
import {
  APPID,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  type Sandbox,
  send,
} from "./sandbox.ts";

interface Played {
  readonly sandbox: Sandbox;
  readonly token: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A platform with an account more, a message that was sent, and a grant that is still open. */
async function play(t: TestContext): Promise<Played> {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  await confirm(sandbox);
  assert.equal(readErrcode(await send(sandbox, token, body)), 0);
  await confirm(sandbox);
  await sandbox.platform.control.addAccount({ name: "另一个号" });
  return { sandbox, token, body };
}

async function listEverything({ platform: { control } }: Sandbox): Promise<unknown> {
  return {
    accounts: await control.listAccounts(),
    people: await control.listPeople(),
    grants: await control.listGrants(),
    inbox: await control.listInbox(),
    journal: await control.listJournal(),
  };
}

test("a snapshot holds the whole state: another platform goes on where the first one was", async (t) => {
  const { sandbox, token, body } = await play(t);

  const snapshot = await sandbox.platform.control.takeSnapshot();
  const copy = await openSandbox(t, { demo: false, snapshot });

  assert.deepEqual(await listEverything(copy), await listEverything(sandbox));
  assert.equal(readErrcode(await send(copy, token, body)), 0);
  assert.equal(readErrcode(await send(copy, token, body)), 43101);
  assert.equal(readErrcode(await send(sandbox, token, body)), 0);
});

test("over HTTP a snapshot goes out and in as the same JSON, and takes the place of everything", async (t) => {
  const { sandbox } = await play(t);
  const before = await listEverything(sandbox);
  const exported = await sandbox.ask("/control/v1/snapshot");
  await sandbox.platform.control.reset();
  await sandbox.platform.control.addPerson({ id: "zhao", name: "赵六" });
  await sandbox.platform.control.addFault({ kind: "errcode", errcode: -1 });

  const imported = await putSnapshot(sandbox, exported.text);

  assert.deepEqual([exported.status, imported.status], [200, 204]);
  assert.deepEqual(await listEverything(sandbox), before);
  assert.deepEqual(await sandbox.platform.control.listFaults(), []);
  assert.deepEqual(JSON.parse((await sandbox.ask("/control/v1/snapshot")).text), {
    ...(JSON.parse(exported.text) as object),
  });
});

test("a person who comes later has the openid that she would have had on the first platform", async (t) => {
  const { sandbox } = await play(t);
  const snapshot = await sandbox.platform.control.takeSnapshot();
  const copy = await openSandbox(t, { demo: false, snapshot });
  const zhao = { id: "zhao", name: "赵六" };

  const [first, second] = [
    await sandbox.platform.control.addPerson(zhao),
    await copy.platform.control.addPerson(zhao),
  ];

  assert.deepEqual(second.openids, first.openids);
});

test("a snapshot says that it holds secrets, and does not hold the key of the pages' forms", async (t) => {
  const { sandbox, token } = await play(t);

  const { text } = await sandbox.ask("/control/v1/snapshot");

  const { warning, tables } = JSON.parse(text) as Snapshot;
  assert.match(String(warning), /secrets and tokens/);
  assert.ok(text.includes(token));
  assert.deepEqual(
    tables["settings"]?.rows.map(([name]) => name),
    ["openid_key"],
  );
});

test("a clock that is behind the snapshot's is put forward to it, and stays there after a restart", async (t) => {
  const { sandbox } = await play(t);
  await sandbox.platform.control.advanceClock({ advanceMs: 86_400_000 });
  const snapshot = await sandbox.platform.control.takeSnapshot();
  const database = join(makeFolder(t), "platform.db");
  const copy = await openSandbox(t, { demo: false, database, snapshot });

  const { now } = await copy.platform.control.readClock();
  await copy.platform.stop();
  const restarted = await openSandbox(t, { demo: false, database });

  assert.equal(now, snapshot.at);
  assert.equal((await restarted.platform.control.readClock()).now, snapshot.at);
});

test("a clock that is ahead of the snapshot's stays where it is", async (t) => {
  const { sandbox } = await play(t);
  const { control } = sandbox.platform;
  const snapshot = await control.takeSnapshot();
  const { now } = await control.advanceClock({ advanceMs: 60_000 });

  await control.restoreSnapshot(snapshot);

  assert.equal((await control.readClock()).now, now);
});

const FOREIGN: readonly (readonly [name: string, change: (good: Snapshot) => unknown, RegExp])[] = [
  ["a JSON of something else", () => ({ hello: 1 }), /no snapshot of a yici platform/],
  ["no object at all", () => 7, /no snapshot of a yici platform/],
  ["tables that are none", (good) => ({ ...good, tables: 1 }), /\/tables must be object/],
  [
    "one of a newer program",
    (good) => ({ ...good, version: good.version + 1 }),
    /has schema \d+, this program knows \d+: use the newer program/,
  ],
  [
    "a table that is missing",
    (good) => ({ ...good, tables: omit(good.tables, "people") }),
    /table people is missing/,
  ],
  [
    "a table that there is not",
    (good) => ({ ...good, tables: { ...good.tables, x: { columns: [], rows: [] } } }),
    /there is no table x/,
  ],
  [
    "columns that are not the table's",
    (good) => ({ ...good, tables: { ...good.tables, people: { columns: ["id"], rows: [] } } }),
    /table people must have the columns number, id, name/,
  ],
  [
    "a row that the schema forbids",
    (good) => changeRows(good, "people", (rows) => [...rows, ...rows]),
    /row 4 of table people does not fit: .*UNIQUE/,
  ],
  [
    "a row that refers to nothing",
    (good) => changeRows(good, "people", () => []),
    /a row refers to one that is not there/,
  ],
  [
    "a cell that is no cell",
    (good) => changeRows(good, "people", () => [[1, { a: 1 }, "x"]]),
    /row 1 of table people does not fit/,
  ],
];

for (const [name, change, reason] of FOREIGN) {
  test(`a file that is no good is refused in words, and nothing is changed: ${name}`, async (t) => {
    const sandbox = await openSandbox(t);
    const before = await listEverything(sandbox);
    const good = await sandbox.platform.control.takeSnapshot();

    const { status, text } = await putSnapshot(sandbox, JSON.stringify(change(good)));

    const problem = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual([status, problem["code"]], [400, "invalid_request"]);
    assert.match(String(problem["detail"]), reason);
    assert.deepEqual(await listEverything(sandbox), before);
  });
}

test("a snapshot of an older schema takes the steps that a database file would", () => {
  const world = createManualWorld();
  const migrations = [
    { version: 1, name: "one", sql: "CREATE TABLE toys (name TEXT NOT NULL) STRICT" },
    {
      version: 2,
      name: "two",
      sql: "ALTER TABLE toys ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",
    },
  ];
  const old = {
    format: "yici-platform-snapshot",
    version: 1,
    at: 5,
    tables: { toys: { columns: ["name"], rows: [["ball"], ["kite"]] } },
  };

  const { tables } = readSnapshot(old, migrations, world);

  assert.deepEqual(tables["toys"], {
    columns: ["name", "colour"],
    rows: [
      ["ball", "red"],
      ["kite", "red"],
    ],
  });
});

test("at a start a snapshot is taken only where there is nothing yet", async (t) => {
  const { sandbox } = await play(t);
  const snapshot = await sandbox.platform.control.takeSnapshot();
  const database = join(makeFolder(t), "platform.db");
  const first = await startPlatform({ database, snapshot });
  await first.control.addPerson({ id: "zhao", name: "赵六" });
  await first.stop();

  await assert.rejects(startPlatform({ database, snapshot }), /nothing yet/);

  const again = await openSandbox(t, { demo: false, database });
  assert.equal((await again.platform.control.listPeople()).at(-1)?.id, "zhao");
});

test("a start with a file that is no good fails, and lets go of its database", async (t) => {
  const database = join(makeFolder(t), "platform.db");
  const snapshot = { format: "yici-platform-snapshot", version: 1_000, at: 0, tables: {} } as const;

  await assert.rejects(startPlatform({ database, snapshot }), { code: "invalid_request" });

  const fine = await openSandbox(t, { database });
  assert.equal((await fine.platform.control.listAccounts())[0]?.appid, APPID);
});

test("the schema holds nothing that JSON cannot", () => {
  const sql = MIGRATIONS.map((migration) => migration.sql).join("\n");

  assert.doesNotMatch(sql, /\b(BLOB|ANY)\b/);
});

function omit(tables: Snapshot["tables"], name: string): unknown {
  return Object.fromEntries(Object.entries(tables).filter(([known]) => known !== name));
}

function changeRows(
  good: Snapshot,
  name: string,
  change: (rows: readonly unknown[]) => readonly unknown[],
): unknown {
  const table = good.tables[name];
  assert.ok(table);
  return { ...good, tables: { ...good.tables, [name]: { ...table, rows: change(table.rows) } } };
}

function putSnapshot({ ask }: Sandbox, body: string): ReturnType<Sandbox["ask"]> {
  const headers = { "content-type": "application/json" };
  return ask("/control/v1/snapshot", { method: "PUT", headers, body });
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-snapshot-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
