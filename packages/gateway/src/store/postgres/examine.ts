import type { StoreExamination } from "../store-examination.ts";
import { Database, type DatabaseOptions } from "./database.ts";

const EXAMINE = `
  SELECT current_setting('server_version') AS version,
    floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS clock_at,
    current_setting('synchronous_commit') AS synchronous_commit,
    current_setting('synchronous_standby_names') AS standby_names`;

/** Under these settings no commit waits for a standby, whatever names there are. */
const LOCAL_COMMITS: readonly string[] = ["off", "local"];

/** Looks at a server through a connection of its own. Throws `StoreError` when it cannot be used. */
export async function examinePostgres(
  options: Omit<DatabaseOptions, "connectionsMax">,
): Promise<StoreExamination> {
  const database = new Database({ ...options, connectionsMax: 1 });
  try {
    const [row] = await database.read(EXAMINE);
    if (row === undefined) throw new Error("a statement without FROM answers one row");
    const isWaiting = !LOCAL_COMMITS.includes(String(row["synchronous_commit"]));
    return {
      engine: "postgres",
      version: String(row["version"]),
      clockAt: Number(row["clock_at"]),
      isStandbySynchronous: isWaiting && String(row["standby_names"]) !== "",
    };
  } finally {
    await database.close();
  }
}
