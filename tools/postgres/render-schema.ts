import { openStore } from "@yici/gateway";
import { createWorld, silentLog } from "@yici/runtime";
import { dumpSchema } from "./dump-schema.ts";
import { findPostgres } from "./find-postgres.ts";

/** The document of the PostgreSQL schema, as the migrations make it on an empty database. */
export async function renderSchema(): Promise<string> {
  const server = await findPostgres();
  try {
    const world = createWorld({ log: silentLog });
    const reached = { listenUrl: null, isPreparing: true, connectionsMax: 2 };
    const store = await openStore({ kind: "postgres", url: server.url, ...reached }, world);
    await store.close();
    return `${HEAD}\n${await dumpSchema(server.url)}`;
  } finally {
    await server.stop();
  }
}

/** What stands above the dump. */
export const HEAD = `-- What the migrations make of an empty database. Written by \`npm run docs\`; a test compares it.
`;
