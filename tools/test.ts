import { sep } from "node:path";
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

const { passedCount, failedCount, problems } = await runTestFiles(files);
for (const problem of problems) console.log(problem);
console.log(`${passedCount} passed, ${failedCount} failed`);
process.exitCode = problems.length === 0 ? 0 : 1;
