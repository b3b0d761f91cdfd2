import { DatabaseSync } from "node:sqlite"; // expect: sqlite-driver-in-one-folder
import { answer } from "@yici/platform"; // expect: gateway-and-platform-are-strangers
import { pino } from "pino"; // expect: log-through-the-world
import postgres from "postgres"; // expect: postgres-driver-in-one-folder
import { commands } from "yici"; // expect: gateway-and-platform-are-strangers
import { now } from "../../../runtime/src/now.ts"; // expect: packages-by-name
import { plant } from "../../test/plant.ts"; // expect: source-knows-no-test
import { startGateway } from "../gateway.ts"; // expect: gateway-root-is-the-root
import { listen } from "../http/listen.ts"; // expect: gateway-edges-are-edges
import { startGateway as again } from "../index.ts"; // expect: entry-is-for-others, gateway-root-is-the-root
import { openSqlite } from "../store/sqlite/open-sqlite.ts"; // expect: one-engine-chooser

export const leaning = [DatabaseSync, pino, postgres, answer, commands, now, plant, again, listen];
export const more = [startGateway, openSqlite];
