import type { Migration } from "@yici/runtime";
import { LOAD_FUNCTION, PREVIEW_FUNCTION } from "./load-function.ts";
import { TABLES } from "./schema.ts";
import { WRITE_FUNCTIONS } from "./write-function.ts";

/** The history of the schema. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: "ledger and outbox",
    sql: `${TABLES}${WRITE_FUNCTIONS}${LOAD_FUNCTION}${PREVIEW_FUNCTION}`,
  },
];
