import { globSync } from "node:fs";
import { join, relative, sep } from "node:path";

const TESTS = ["packages/*/test/**/*.test.ts", "tests/**/*.test.ts"];
const NOT_TESTS = ["**/node_modules", "tests/tooling/planted"];

/**
 * The test files below `root`, as absolute paths, sorted. With `prefixes` (paths of folders or files, relative to
 * `root`) only those under one of them.
 */
export function listTestFiles(root: string, prefixes: readonly string[]): readonly string[] {
  return globSync(TESTS, { cwd: root, exclude: NOT_TESTS })
    .toSorted()
    .filter((file) => prefixes.length === 0 || prefixes.some((prefix) => isUnder(file, prefix)))
    .map((file) => join(root, file));
}

function isUnder(file: string, prefix: string): boolean {
  const path = relative(prefix, file);
  return path === "" || path.split(sep)[0] !== "..";
}
