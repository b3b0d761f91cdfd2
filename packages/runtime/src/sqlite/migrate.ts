import type { DatabaseSync } from "node:sqlite";
import type { EpochMs } from "../world.ts";
import { DatabaseError } from "./database-error.ts";

/** One step of a schema's history. What has been published never changes; a new step is added instead. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** Brings the schema up to the last migration, each step in a transaction of its own. Refuses a newer database. */
export function migrate(
  database: DatabaseSync,
  migrations: readonly Migration[],
  now: EpochMs,
): void {
  database.exec(`CREATE TABLE IF NOT EXISTS migrations (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL
  ) STRICT`);
  const row = database.prepare("SELECT coalesce(max(version), 0) AS version FROM migrations").get();
  const current = Number(row?.["version"] ?? 0);
  const latest = migrations.at(-1)?.version ?? 0;
  if (current > latest) {
    throw new DatabaseError(
      "YICI_DATABASE_TOO_NEW",
      `the database has schema ${current}, this program knows ${latest}: start the newer program, or restore an older copy`,
    );
  }
  const missing = migrations.filter(({ version }) => version > current);
  for (const migration of missing) apply(database, migration, now);
}

function apply(database: DatabaseSync, migration: Migration, now: EpochMs): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(migration.sql);
    database
      .prepare("INSERT INTO migrations (version, name, applied_at) VALUES (?, ?, ?)")
      .run(migration.version, migration.name, now);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
