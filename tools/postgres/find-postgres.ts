import { type PostgresServer, startPostgres } from "./start-postgres.ts";

/**
 * The server that tests are run on: the one that `YICI_TEST_DATABASE_URL` names, as a user who may create databases,
 * or one of this process's own.
 */
export async function findPostgres(): Promise<PostgresServer> {
  const url = process.env["YICI_TEST_DATABASE_URL"] ?? "";
  return url === "" ? startPostgres() : { url, stop: async () => undefined };
}
