import { type GatewayFlags, listMigrations, loadConfig, openStore } from "@yici/gateway";
import { ensureDataDir } from "../dev/cli-file.ts";
import type { Exit } from "../exit.ts";
import type { Session, SharedOptions } from "../session.ts";

interface MigrateOptions extends SharedOptions, Pick<GatewayFlags, "databaseUrl"> {
  readonly data?: string;
  readonly print?: true;
}

/** `yici migrate`: brings the configured database to this program's schema and ends; or prints the steps alone. */
export async function runMigrate(session: Session, options: MigrateOptions): Promise<Exit> {
  const { env, screen, world } = session;
  const { data } = options;
  const databaseUrl =
    options.databaseUrl ?? (data === undefined ? undefined : `sqlite:${data}/yici.db`);
  const { database } = loadConfig({ env, flags: { databaseUrl } });
  const steps = listMigrations(database);
  if (options.print === true) {
    screen.answer({ migrations: steps }, steps.map(({ sql }) => sql).join("\n"));
    return "done";
  }
  if (database.kind === "sqlite") ensureDataDir(data ?? session.environment.dataDir);
  const store = await openStore(database, world);
  await store.close();
  const version = steps.at(-1)?.version ?? 0;
  screen.answer(
    { engine: database.kind, version },
    `已是最新 up to date: ${database.kind} ${version}`,
  );
  return "done";
}
