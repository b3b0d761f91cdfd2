import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { EpochMs } from "../world.ts";
import { DatabaseError } from "./database-error.ts";
import { migrate, type Migration } from "./migrate.ts";
import { SyncedFile } from "./synced-file.ts";

export interface SqliteFileOptions {
  /** A file path, or `:memory:`. Missing folders are made; the file is readable by its owner only. */
  readonly path: string;
  /** All migrations this program knows, in order. */
  readonly migrations: readonly Migration[];
  readonly now: EpochMs;
  /**
   * A commit only writes the log, and whoever promises it to somebody calls `sync` first: then the disk works while the
   * process does. Default false. A database in memory is never synced.
   */
  readonly isSyncedApart?: boolean;
}

/**
 * One SQLite database, held by this process alone: a second opener is refused. A commit is on disk when it returns
 * (write-ahead log, `synchronous=FULL`), or, of a file that is synced apart, when a `sync` that was begun after it has ended.
 * Either way a crash leaves every commit up to some point, and nothing of those after it.
 */
export class SqliteFile {
  readonly path: string;
  /** Whether a commit is on disk only after a sync. */
  readonly isSyncedApart: boolean;
  readonly #database: DatabaseSync;
  readonly #log: SyncedFile;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(path: string, database: DatabaseSync, isSyncedApart: boolean) {
    this.path = path;
    this.isSyncedApart = isSyncedApart;
    this.#database = database;
    this.#log = new SyncedFile(`${path}-wal`);
  }

  /** Opens, locks and migrates. Throws `DatabaseError` when another process holds the file or wrote a newer schema. */
  static open({ path, migrations, now, ...options }: SqliteFileOptions): SqliteFile {
    const isSyncedApart = options.isSyncedApart === true && path !== IN_MEMORY;
    const database = openLocked(path);
    try {
      migrate(database, migrations, now);
      // From here on SQLite itself syncs around its checkpoints alone.
      if (isSyncedApart) database.exec("PRAGMA synchronous = NORMAL");
      return new SqliteFile(path, database, isSyncedApart);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** The prepared statement of this text; prepared once. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Runs statements that answer nothing. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Of a file that is synced apart: resolves when every commit so far is on disk; rejects when that cannot be known. */
  async sync(): Promise<void> {
    if (this.isSyncedApart) await this.#log.sync();
  }

  /** The same, before it returns; throws. */
  syncNow(): void {
    if (this.isSyncedApart && this.isOpen) this.#log.syncNow();
  }

  /** Whether a transaction is open. */
  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  close(): void {
    this.#statements.clear();
    this.#log.close();
    if (this.#database.isOpen) this.#database.close();
  }
}

const IN_MEMORY = ":memory:";

function openLocked(path: string): DatabaseSync {
  const isFile = path !== IN_MEMORY;
  if (isFile) mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // The exclusive lock is taken before the log mode is set, so that the log needs no shared memory.
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA temp_store = MEMORY;
      BEGIN IMMEDIATE;
      COMMIT;
    `);
    if (isFile) chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database.close();
    throw describeOpenFailure(path, error);
  }
}

/** SQLite's primary result codes for "somebody else holds a lock". */
const BUSY_CODES: readonly number[] = [5, 6];

function describeOpenFailure(path: string, error: unknown): DatabaseError {
  const resultCode =
    error instanceof Error && "errcode" in error && typeof error.errcode === "number"
      ? error.errcode & 0xff
      : 0;
  return BUSY_CODES.includes(resultCode)
    ? new DatabaseError(
        "YICI_DATABASE_IN_USE",
        `another process is using ${path}: stop it first, or give this one a file of its own`,
        error,
      )
    : new DatabaseError(
        "YICI_DATABASE_UNUSABLE",
        `${path} cannot be used as a database: check that it is a SQLite file and that its folder is writable`,
        error,
      );
}
