import { listen } from "./http/listen.ts";
import { openSqlite } from "./store/sqlite/open-sqlite.ts";

export const startGateway = [listen, openSqlite];
