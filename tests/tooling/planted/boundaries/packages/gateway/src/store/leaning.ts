import { attempt } from "../deliveries/attempt.ts"; // expect: gateway-flow-stands-on-its-foundation
import { openSqlite } from "./sqlite/open-sqlite.ts"; // expect: one-engine-chooser

export const leaning = [attempt, openSqlite];
