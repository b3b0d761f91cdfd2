import postgres from "postgres";

export const openPostgres = postgres;
