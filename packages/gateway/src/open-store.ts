import type { World } from "@yici/runtime";
import type { GatewayConfig } from "./config.ts";
import { SqliteStore } from "./store/sqlite/sqlite-store.ts";
import { openThreadedStore } from "./store/sqlite/thread/threaded-store.ts";
import type { Store } from "./store/store.ts";

/**
 * Opens the database that is configured, as production uses it: a file in a thread of its own, so that a sync to disk
 * stops no socket. Throws `DatabaseError` when another process holds the file or wrote a newer schema.
 */
export async function openStore({ path }: GatewayConfig["database"], world: World): Promise<Store> {
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
