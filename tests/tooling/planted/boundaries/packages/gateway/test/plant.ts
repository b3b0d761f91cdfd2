import { attempt } from "../src/deliveries/attempt.ts";
import { openSqlite } from "../src/store/sqlite/open-sqlite.ts";

export const plant = [attempt, openSqlite];
