import { type Migration, SqliteFile, type World } from "@yici/runtime";
import { ControlError } from "../control/control-error.ts";
import { parseInput } from "../control/parse-input.ts";
import { Snapshot, SNAPSHOT_FORMAT, type SnapshotTables } from "./snapshot.ts";
import { dumpTables, fillTables, TableMismatch } from "./tables.ts";

/** A snapshot that was found good. */
export interface ReadSnapshot {
  readonly at: number;
  /** Its tables in today's schema. */
  readonly tables: SnapshotTables;
}

/**
 * Reads a value that should be a snapshot. It is tried out on a database of its own first: every row passes the schema's
 * checks, and one of an older schema takes the steps that a database file would. Throws `ControlError` with the reason.
 */
export function readSnapshot(
  value: unknown,
  migrations: readonly Migration[],
  world: Pick<World, "now">,
): ReadSnapshot {
  if (!isOurs(value)) {
    throw refuse(
      `this is no snapshot of a yici platform: its "format" is not "${SNAPSHOT_FORMAT}"`,
    );
  }
  const snapshot = parseInput(Snapshot, value);
  const latest = migrations.at(-1)?.version ?? 0;
  if (snapshot.version > latest) {
    throw refuse(
      `the snapshot has schema ${snapshot.version}, this program knows ${latest}: use the newer program`,
    );
  }
  const steps = Object.groupBy(migrations, ({ version }) =>
    version <= snapshot.version ? "then" : "since",
  );
  const path = ":memory:";
  const file = SqliteFile.open({ path, migrations: steps.then ?? [], now: world.now() });
  try {
    return { at: snapshot.at, tables: tryOut(file, snapshot, steps.since ?? []) };
  } finally {
    file.close();
  }
}

function isOurs(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "format" in value &&
    value.format === SNAPSHOT_FORMAT
  );
}

function tryOut(
  file: SqliteFile,
  { tables }: Snapshot,
  since: readonly Migration[],
): SnapshotTables {
  try {
    file.exec("BEGIN");
    fillTables(file, tables);
    file.exec("COMMIT");
  } catch (error) {
    throw error instanceof TableMismatch
      ? refuse(`the snapshot is damaged: ${error.message}`)
      : refuse("the snapshot is damaged: a row refers to one that is not there");
  }
  for (const { sql } of since) file.exec(sql);
  return dumpTables(file);
}

function refuse(reason: string): ControlError {
  return new ControlError("invalid_request", reason);
}
