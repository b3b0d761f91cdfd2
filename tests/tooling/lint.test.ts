import assert from "node:assert/strict";
import { test } from "node:test";
import { listExpected, sortReports } from "./list-expected.ts";
import { linkInstalled, plantFile, plantTree } from "./plant-tree.ts";
import { LINT_FILES, runLinter } from "./run-linter.ts";

test("the linter reports every planted violation, on its line, and nothing else", async (t) => {
  const root = plantTree(t, { name: "lint", files: LINT_FILES });
  linkInstalled(root);

  const reports = await runLinter(root);

  assert.ok(reports.some(({ rule }) => rule === "typescript(no-floating-promises)"));
  assert.deepEqual(sortReports(reports), sortReports(listExpected(root)));
});

test("the linter limits the length of files and functions, except in tests and data tables", async (t) => {
  const root = plantTree(t, { files: LINT_FILES });
  linkInstalled(root);
  for (const file of ["src/long.ts", "src/long-table.ts", "test/long.test.ts"]) {
    plantFile(root, `packages/gateway/${file}`, lines(301));
    plantFile(root, `packages/gateway/${file.replace("long", "tall")}`, functionOf(51));
  }
  plantFile(root, "packages/gateway/src/short.ts", lines(300));
  plantFile(root, "packages/gateway/src/small.ts", functionOf(50));

  const reports = await runLinter(root);

  assert.deepEqual(reports.map(({ file, rule }) => `${file} ${rule}`).toSorted(), [
    "packages/gateway/src/long.ts eslint(max-lines)",
    "packages/gateway/src/tall.ts eslint(max-lines-per-function)",
  ]);
});

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `export const line${index} = ${index};`).join(
    "\n",
  );
}

function functionOf(count: number): string {
  const body = Array.from({ length: count - 2 }, () => "  void number;");
  return ["export function count(number: number): void {", ...body, "}"].join("\n");
}
