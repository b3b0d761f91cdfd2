import { DatabaseError, type EpochMs, type Migration } from "@yici/runtime";
import type postgres from "postgres";
import { connect } from "./database.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";

/** Whoever migrates holds this lock of the database: "yici" in bytes. */
const LOCK = 0x79_69_63_69;

const CREATE_HISTORY = `
  CREATE TABLE IF NOT EXISTS migrations (
    version integer PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL
  )`;
const FIND_VERSION = "SELECT coalesce(max(version), 0) AS version FROM migrations";

/**
 * Brings the schema up to the last migration, all missing steps in one transaction; of several processes one does it
 * and the others wait. Throws `DatabaseError` when the database is newer than this program, or cannot be used.
 */
export async function migrate(
  url: string,
  migrations: readonly Migration[],
  now: EpochMs,
): Promise<void> {
  const sql = connect(url, 1);
  try {
    await sql.begin(async (transaction) => {
      await transaction.unsafe(`SET LOCAL lock_timeout = ${POSTGRES_LIMITS.migrationMs}`);
      await transaction.unsafe(`SELECT pg_advisory_xact_lock(${LOCK})`);
      await transaction.unsafe(CREATE_HISTORY);
      const [row] = await transaction.unsafe(FIND_VERSION);
      await applyMissing(transaction, migrations, { version: Number(row?.["version"]), now });
    });
  } catch (error) {
    throw explain(error);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function applyMissing(
  transaction: Pick<postgres.TransactionSql, "unsafe">,
  migrations: readonly Migration[],
  { version: current, now }: { readonly version: number; readonly now: EpochMs },
): Promise<void> {
  const latest = migrations.at(-1)?.version ?? 0;
  if (current > latest) {
    throw new DatabaseError(
      "YICI_DATABASE_TOO_NEW",
      `the database has schema ${current}, this program knows ${latest}: start the newer program, or restore an older copy`,
    );
  }
  for (const { version, name, sql } of migrations.filter((one) => one.version > current)) {
    await transaction.unsafe(sql);
    await transaction.unsafe(
      "INSERT INTO migrations (version, name, applied_at) VALUES ($1, $2, $3)",
      [version, name, now],
    );
  }
}

function explain(error: unknown): unknown {
  if (error instanceof DatabaseError) return error;
  return new DatabaseError(
    "YICI_DATABASE_UNUSABLE",
    "the PostgreSQL database cannot be used: check that it can be reached, and that its user may create tables in it",
    error,
  );
}
