import { after } from "node:test";
import postgres from "postgres";
import { findPostgres } from "../../../../../tools/postgres/find-postgres.ts";
import type { PostgresServer } from "../../../../../tools/postgres/start-postgres.ts";
import type { PostgresStoreOptions } from "../../../src/store/postgres/postgres-options.ts";
import { PostgresStore } from "../../../src/store/postgres/postgres-store.ts";
import type { Place } from "../store-engine.ts";

/** A database of its own on the test server; whoever opens it twice finds the same. */
export interface PostgresPlace extends Place {
  /** Makes the database and names it. */
  url(): Promise<string>;
}

let server: Promise<PostgresServer> | undefined;
let admin: postgres.Sql | undefined;
/** Databases that were used, and are as good as new. */
const free: string[] = [];
const made: string[] = [];

after(async () => {
  // A server that was given goes on.
  for (const name of made) await admin?.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin?.end();
  await (await server)?.stop();
});

/** Makes a place. What of the options is not given is as production has it, but for the clock: tests move their own. */
export function makePostgresPlace(options: Partial<PostgresStoreOptions> = {}): PostgresPlace {
  let found: Promise<string> | undefined;
  const url = (): Promise<string> => (found ??= findDatabase());
  return {
    url,
    open: async (world, policy) =>
      PostgresStore.open({
        url: await url(),
        clock: "caller",
        world,
        ...options,
        ...(policy && { policy }),
      }),
    drop: async () => {
      if (found !== undefined) await cleanDatabase(await found);
    },
  };
}

async function findDatabase(): Promise<string> {
  return free.pop() ?? makeDatabase();
}

async function makeDatabase(): Promise<string> {
  server ??= findPostgres();
  const { url } = await server;
  admin ??= postgres(url, { max: 1, onnotice: () => undefined });
  const name = `yici_test_${process.pid}_${made.length}`;
  made.push(name);
  await admin.unsafe(`DROP DATABASE IF EXISTS ${name}`);
  await admin.unsafe(`CREATE DATABASE ${name}`);
  const place = new URL(url);
  place.pathname = `/${name}`;
  return place.href;
}

const CLEAN = `
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations' LOOP
      EXECUTE 'DELETE FROM ' || name;
    END LOOP;
  END $$`;

async function cleanDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  await sql.unsafe(CLEAN);
  await sql.end();
  free.push(url);
}
