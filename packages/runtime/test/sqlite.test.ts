import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DatabaseError, GroupCommit, type Migration, SqliteFile } from "@yici/runtime";

const NOTES: readonly Migration[] = [
  { version: 1, name: "notes", sql: "CREATE TABLE notes (text TEXT PRIMARY KEY) STRICT" },
];

function makePath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-sqlite-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "inner", "notes.db");
}

function open(path: string, migrations: readonly Migration[] = NOTES): SqliteFile {
  return SqliteFile.open({ path, migrations, now: 0 });
}

function listNotes(file: SqliteFile): readonly unknown[] {
  return file
    .prepare("SELECT text FROM notes ORDER BY text")
    .all()
    .map((row) => row["text"]);
}

/** Gathers deferred work, so that a test says when the "next turn" is. */
function createTurns(): { defer(callback: () => void): void; run(): void; readonly count: number } {
  const waiting: (() => void)[] = [];
  return {
    defer: (callback) => void waiting.push(callback),
    run: () => waiting.splice(0).forEach((callback) => callback()),
    get count() {
      return waiting.length;
    },
  };
}

test("a database file is made with its folder, for its owner only, and keeps what was committed", (t) => {
  const path = makePath(t);
  const first = open(path);
  first.prepare("INSERT INTO notes VALUES (?)").run("kept");
  first.close();

  const second = open(path);

  assert.deepEqual(listNotes(second), ["kept"]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  second.close();
});

test("a second opener of one file is refused, also from another process, and welcome after the first has closed", async (t) => {
  const path = makePath(t);
  const first = open(path);

  assert.throws(() => open(path), { code: "YICI_DATABASE_IN_USE", name: "DatabaseError" });
  assert.equal(await openElsewhere(path), "YICI_DATABASE_IN_USE");

  first.close();
  assert.equal(await openElsewhere(path), "opened");
});

async function openElsewhere(path: string): Promise<string> {
  const script = `
    import { SqliteFile } from "@yici/runtime";
    try {
      SqliteFile.open({ path: process.argv[1], migrations: ${JSON.stringify(NOTES)}, now: 0 }).close();
      console.log("opened");
    } catch (error) {
      console.log(error.code);
    }`;
  const child = spawn(
    process.execPath,
    ["--conditions=@yici/source", "--input-type=module", "--eval", script, path],
    { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
  );
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
  await once(child, "close");
  return output.join("").trim();
}

test("a file that is no database is refused with what to do, and stays as it was", (t) => {
  const path = join(mkdtempSync(join(tmpdir(), "yici-sqlite-")), "letter.txt");
  t.after(() => rmSync(path, { force: true }));
  writeFileSync(path, "this is a letter, not a database; ".repeat(40));

  assert.throws(() => open(path), {
    code: "YICI_DATABASE_UNUSABLE",
    message: /check that it is a SQLite file/,
  });
});

test("migrations are applied once, in order, and a database newer than the program is refused", (t) => {
  const path = makePath(t);
  const later: readonly Migration[] = [
    ...NOTES,
    { version: 2, name: "stars", sql: "ALTER TABLE notes ADD COLUMN stars INTEGER" },
  ];
  open(path).close();
  open(path, later).close();
  const file = open(path, later);
  const versions = file.prepare("SELECT version FROM migrations ORDER BY version").all();
  file.close();

  assert.deepEqual(
    versions.map((row) => row["version"]),
    [1, 2],
  );
  assert.throws(() => open(path, NOTES), { code: "YICI_DATABASE_TOO_NEW" });
});

test("a migration that fails leaves nothing of itself behind", (t) => {
  const path = makePath(t);
  const broken: readonly Migration[] = [
    ...NOTES,
    {
      version: 2,
      name: "broken",
      sql: "CREATE TABLE half (a TEXT); INSERT INTO nowhere VALUES (1)",
    },
  ];

  assert.throws(() => open(path, broken), /nowhere/);

  const file = open(path);
  assert.equal(
    file.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'half'").get()?.["n"],
    0,
  );
  file.close();
});

test("many facts share one commit and each is answered after it", async () => {
  const file = open(":memory:");
  const turns = createTurns();
  const group = new GroupCommit(file, turns);
  let isAnswered = false;
  const answers = ["a", "b", "c"].map((text) =>
    group.commit(() => {
      file.prepare("INSERT INTO notes VALUES (?)").run(text);
      return text;
    }),
  );
  void answers[0]?.then(() => (isAnswered = true));

  await Promise.resolve();
  assert.equal(isAnswered, false);
  assert.equal(turns.count, 1);
  turns.run();

  assert.deepEqual(await Promise.all(answers), ["a", "b", "c"]);
  assert.equal(file.isTransaction, false);
});

test("a bad fact fails alone; the good ones beside it are committed, each once", async () => {
  const file = open(":memory:");
  const turns = createTurns();
  const group = new GroupCommit(file, turns);
  const insert = (text: string): Promise<void> =>
    group.commit(() => void file.prepare("INSERT INTO notes VALUES (?)").run(text));
  const outcomes = Promise.allSettled([insert("a"), insert("a"), insert("b")]);

  turns.run();

  assert.deepEqual(
    (await outcomes).map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual(listNotes(file), ["a", "b"]);
});

test("nobody is told yes when the commit itself fails, and nothing is written", async () => {
  const file = open(":memory:", [
    {
      version: 1,
      name: "notes",
      sql: "CREATE TABLE notes (text TEXT PRIMARY KEY, of TEXT REFERENCES notes DEFERRABLE INITIALLY DEFERRED) STRICT",
    },
  ]);
  const turns = createTurns();
  const group = new GroupCommit(file, turns);
  const good = group.commit(
    () => void file.prepare("INSERT INTO notes VALUES ('good', NULL)").run(),
  );
  const dangling = group.commit(
    () => void file.prepare("INSERT INTO notes VALUES ('bad', 'missing')").run(),
  );
  const outcomes = Promise.allSettled([good, dangling]);

  turns.run();

  for (const outcome of await outcomes) {
    assert.equal(outcome.status, "rejected");
    assert.ok(outcome.reason instanceof DatabaseError);
    assert.equal(outcome.reason.code, "YICI_COMMIT_UNKNOWN");
  }
  assert.deepEqual(listNotes(file), []);
});

test("closing commits what waits and refuses what comes later; a closed file answers every caller", async () => {
  const file = open(":memory:");
  const turns = createTurns();
  const group = new GroupCommit(file, turns);
  const waiting = group.commit(() => void file.prepare("INSERT INTO notes VALUES ('last')").run());

  group.close();
  await waiting;

  assert.deepEqual(listNotes(file), ["last"]);
  await assert.rejects(
    group.commit(() => 1),
    { code: "YICI_DATABASE_CLOSED" },
  );
});

test("when the database cannot even begin, every caller hears it", async () => {
  const file = open(":memory:");
  const turns = createTurns();
  const group = new GroupCommit(file, turns);
  const orphan = group.commit(() => 1);
  file.close();

  turns.run();

  await assert.rejects(orphan, /not open/);
});

test("a group larger than the limit is committed in several", async () => {
  const file = open(":memory:");
  const turns = createTurns();
  const group = new GroupCommit(file, turns, { factsMax: 2 });
  const answered: number[] = [];
  const facts = [1, 2, 3, 4, 5].map((n) =>
    group.commit(() => n).then((value) => answered.push(value)),
  );

  turns.run();
  await Promise.all(facts.slice(0, 2));
  assert.deepEqual(answered, [1, 2]);
  turns.run();
  turns.run();
  await Promise.all(facts);

  assert.deepEqual(answered, [1, 2, 3, 4, 5]);
});

/** Notes that are gathered while facts run and written together. */
function createGathering(file: SqliteFile) {
  const texts: string[] = [];
  return {
    add: (text: string) => void texts.push(text),
    seal: () => {
      for (const text of texts.splice(0)) file.prepare("INSERT INTO notes VALUES (?)").run(text);
    },
    forget: () => void texts.splice(0),
  };
}

test("what facts leave to be written together is in their commit, and what memory held of a fact that failed is forgotten", async () => {
  const file = open(":memory:");
  const turns = createTurns();
  const gathering = createGathering(file);
  const group = new GroupCommit(file, turns, gathering);
  const outcomes = Promise.allSettled([
    group.commit(() => gathering.add("a")),
    group.commit(() => {
      gathering.add("of a fact that throws");
      throw new Error("bad");
    }),
    group.commit(() => gathering.add("a")),
    group.commit(() => gathering.add("b")),
  ]);

  turns.run();

  assert.deepEqual(
    (await outcomes).map(({ status }) => status),
    ["fulfilled", "rejected", "rejected", "fulfilled"],
  );
  assert.deepEqual(listNotes(file), ["a", "b"]);
});

test("what memory holds is forgotten when the commit itself fails", async () => {
  const file = open(":memory:", [
    {
      version: 1,
      name: "notes",
      sql: "CREATE TABLE notes (text TEXT PRIMARY KEY, of TEXT REFERENCES notes DEFERRABLE INITIALLY DEFERRED) STRICT",
    },
  ]);
  const turns = createTurns();
  let held = "nothing";
  const group = new GroupCommit(file, turns, { forget: () => (held = "nothing") });
  const outcome = group.commit(() => {
    held = "what never came to be";
    file.prepare("INSERT INTO notes VALUES ('bad', 'missing')").run();
  });

  turns.run();

  await assert.rejects(outcome, { code: "YICI_COMMIT_UNKNOWN" });
  assert.equal(held, "nothing");
});

test("facts that succeed are written together once, in one commit", async () => {
  const file = open(":memory:");
  const turns = createTurns();
  const gathering = createGathering(file);
  const group = new GroupCommit(file, turns, gathering);
  const facts = [
    group.commit(() => gathering.add("a")),
    group.commit(() => gathering.add("b")),
    group.commit(() => assert.deepEqual(listNotes(file), [])),
  ];

  turns.run();

  await Promise.all(facts);
  assert.deepEqual(listNotes(file), ["a", "b"]);
});

/** A file in memory that says it is synced apart, and whose syncs end when the test says how. */
function openSyncedApart() {
  const file = open(":memory:");
  const ends: PromiseWithResolvers<void>[] = [];
  let isSyncedNow = false;
  return {
    file,
    ends,
    wasSyncedNow: () => isSyncedNow,
    committed: {
      isSyncedApart: true,
      get isTransaction() {
        return file.isTransaction;
      },
      exec: (sql: string) => file.exec(sql),
      sync: () => {
        const end = Promise.withResolvers<void>();
        ends.push(end);
        return end.promise;
      },
      syncNow: () => {
        isSyncedNow = true;
      },
    },
  };
}

/** Lets promises that are settled be heard. */
async function hear(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test("of a file that is synced apart nobody is answered before the sync, and who comes meanwhile shares the next commit", async () => {
  const { file, committed, ends } = openSyncedApart();
  const turns = createTurns();
  const group = new GroupCommit(committed, turns);
  const answered: string[] = [];
  const insert = (text: string): void => {
    const fact = (): void => void file.prepare("INSERT INTO notes VALUES (?)").run(text);
    void group.commit(fact).then(() => answered.push(text));
  };

  insert("a");
  turns.run();
  insert("b");
  insert("c");
  turns.run();
  await hear();
  assert.deepEqual([answered, listNotes(file), turns.count, ends.length], [[], ["a"], 0, 1]);
  ends[0]?.resolve();
  await hear();
  assert.deepEqual([answered, turns.count], [["a"], 1]);
  turns.run();
  ends[1]?.resolve();
  await hear();

  assert.deepEqual(
    [answered, listNotes(file)],
    [
      ["a", "b", "c"],
      ["a", "b", "c"],
    ],
  );
});

test("when a sync fails nobody is told yes any more: not its group, not who waits, not who comes later", async () => {
  const { committed, ends } = openSyncedApart();
  const turns = createTurns();
  const group = new GroupCommit(committed, turns);
  const inGroup = group.commit(() => 1);
  turns.run();
  const waiting = group.commit(() => 2);

  ends[0]?.reject(new Error("the disk is gone"));

  for (const told of [inGroup, waiting]) {
    await assert.rejects(told, { code: "YICI_COMMIT_UNKNOWN" });
  }
  await assert.rejects(
    group.commit(() => 3),
    { code: "YICI_COMMIT_UNKNOWN" },
  );
});

test("closing syncs what is under way and what waits, and answers it", async () => {
  const { file, committed, ends, wasSyncedNow } = openSyncedApart();
  const turns = createTurns();
  const group = new GroupCommit(committed, turns);
  const insert = (text: string): Promise<void> =>
    group.commit(() => void file.prepare("INSERT INTO notes VALUES (?)").run(text));
  const underWay = insert("under way");
  turns.run();
  const waiting = insert("waiting");

  group.close();

  await Promise.all([underWay, waiting]);
  assert.deepEqual([listNotes(file), wasSyncedNow()], [["under way", "waiting"], true]);
  ends[0]?.resolve();
  await assert.rejects(insert("too late"), { code: "YICI_DATABASE_CLOSED" });
});

test("a file that is synced apart is synced through its log, while it is open, and keeps what was committed", async (t) => {
  const path = makePath(t);
  const file = SqliteFile.open({ path, migrations: NOTES, now: 0, isSyncedApart: true });
  file.prepare("INSERT INTO notes VALUES ('kept')").run();

  await file.sync();
  file.syncNow();
  const underWay = file.sync();
  file.close();
  await underWay;
  file.syncNow();

  const again = open(path);
  assert.deepEqual(listNotes(again), ["kept"]);
  again.close();
});

test("a log that cannot be synced is no quiet success", async (t) => {
  const path = makePath(t);
  const file = SqliteFile.open({ path, migrations: NOTES, now: 0, isSyncedApart: true });
  rmSync(`${path}-wal`);

  await assert.rejects(file.sync(), { code: "ENOENT" });
  assert.throws(() => file.syncNow(), { code: "ENOENT" });

  file.close();
});
