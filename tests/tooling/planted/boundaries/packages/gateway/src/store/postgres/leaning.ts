import { openSqlite } from "../sqlite/open-sqlite.ts"; // expect: engines-are-strangers

export const leaning = openSqlite;
