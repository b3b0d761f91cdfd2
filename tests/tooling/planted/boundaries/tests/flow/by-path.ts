// expect: packages-by-name, one-engine-chooser
import { openSqlite } from "../../packages/gateway/src/store/sqlite/open-sqlite.ts";
import { answer } from "../../packages/platform/src/answer.ts"; // expect: packages-by-name

export const started = [answer, openSqlite];
