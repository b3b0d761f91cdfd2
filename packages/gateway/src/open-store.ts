import type { World } from "@yici/runtime";
import type { DatabaseAddress } from "./database-address.ts";
import { PostgresStore } from "./store/postgres/postgres-store.ts";
import { SqliteStore } from "./store/sqlite/sqlite-store.ts";
import { openThreadedStore } from "./store/sqlite/thread/threaded-store.ts";
import type { Store } from "./store/store.ts";

/**
 * Opens the database that is configured, as production uses it: a file in a thread of its own, so that a sync to disk
 * stops no socket. Throws `DatabaseError` when another process holds the file, when a newer program wrote the schema, or
 * when the server cannot be used.
 */
export async function openStore(database: DatabaseAddress, world: World): Promise<Store> {
  if (database.kind === "postgres") return PostgresStore.open({ ...database, world });
  const { path } = database;
  if (path === ":memory:") return SqliteStore.open({ path, world });
  return openThreadedStore({
    path,
    world,
    onCrash: (error) => {
      world.log.error({ err: error }, "The database's thread has ended, so the gateway ends.");
      throw error; // In nobody's call: it ends the process.
    },
  });
}
