import type { World } from "@yici/runtime";
import type { GatewayConfig } from "./config.ts";
import { SqliteStore } from "./store/sqlite/sqlite-store.ts";
import type { Store } from "./store/store.ts";

/**
 * Opens the database that is configured, as production uses it. Throws `DatabaseError` when another process holds the
 * file or wrote a newer schema.
 */
export async function openStore(database: GatewayConfig["database"], world: World): Promise<Store> {
  return SqliteStore.open({ path: database.path, world });
}
