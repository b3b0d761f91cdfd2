import type { Migration, World } from "@yici/runtime";
import type { DatabaseAddress } from "./database-address.ts";
import { examinePostgres } from "./store/postgres/examine.ts";
import { MIGRATIONS as POSTGRES_MIGRATIONS } from "./store/postgres/migrations.ts";
import { MIGRATIONS as SQLITE_MIGRATIONS } from "./store/sqlite/migrations.ts";
import type { StoreExamination } from "./store/store-examination.ts";

/** Looks at the database that is configured. Throws `StoreError` when it cannot be used. */
export async function examineStore(
  database: DatabaseAddress,
  world: Pick<World, "sleep">,
): Promise<StoreExamination> {
  if (database.kind === "postgres") return examinePostgres({ ...database, world });
  return {
    engine: "sqlite",
    version: undefined,
    clockAt: undefined,
    isStandbySynchronous: undefined,
  };
}

/** The whole history of the schema, as the engine that is configured has it. */
export function listMigrations({ kind }: DatabaseAddress): readonly Migration[] {
  return kind === "postgres" ? POSTGRES_MIGRATIONS : SQLITE_MIGRATIONS;
}
