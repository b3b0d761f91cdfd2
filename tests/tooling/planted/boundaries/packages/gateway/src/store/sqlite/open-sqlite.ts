import { open } from "@yici/runtime";

export const openSqlite = open;
