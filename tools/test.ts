import { readFileSync } from "node:fs";
import { sep } from "node:path";
import { findPostgres } from "./postgres/find-postgres.ts";
import { listTestFiles } from "./testing/list-test-files.ts";
import { runTestFiles } from "./testing/run-test-files.ts";

// `npm test -- packages/protocol tests/wire` runs what lies there; without arguments everything.
const files = listTestFiles(process.cwd(), process.argv.slice(2));

// Found, and if need be installed, once and beforehand: test files run side by side.
if (files.some((file) => file.includes(`${sep}tests${sep}browser${sep}`))) {
  const { findBrowser } = await import("./browser.ts");
  const { path, origin } = await findBrowser();
  console.log(`browser: ${path} (${origin})\n`);
}

// One server for all files that need one; each of them makes databases of its own.
const hasServer = files.some((file) => readFileSync(file, "utf8").includes("postgres"));
const server = hasServer ? await findPostgres() : undefined;
if (server !== undefined) process.env["YICI_TEST_DATABASE_URL"] = server.url;

const { passedCount, failedCount, problems } = await runTestFiles(files);
for (const problem of problems) console.log(problem);
console.log(`${passedCount} passed, ${failedCount} failed`);
await server?.stop();
process.exitCode = problems.length === 0 ? 0 : 1;
