import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BOUNDARY_RULES } from "../../tools/boundaries/boundary-rules.ts";
import { findUnread } from "../../tools/boundaries/find-unread.ts";
import { judgeBoundaries } from "../../tools/boundaries/judge-boundaries.ts";
import { listExpected } from "./list-expected.ts";
import { plantFile, plantTree, WORK_TREE } from "./plant-tree.ts";

test("every planted violation of a boundary is found, and nothing else", async (t) => {
  const root = plantTree(t, { name: "boundaries" });
  install(root);

  const { violations } = await judgeBoundaries(root);

  assert.deepEqual(
    sortUnique(violations.map(({ from, rule }) => `${from} ${rule}`)),
    sortUnique(listExpected(root).map(({ file, rule }) => `${file} ${rule}`)),
  );
});

test("each boundary rule has a planted violation", (t) => {
  const root = plantTree(t, { name: "boundaries" });

  const planted = listExpected(root).map(({ rule }) => rule);

  assert.deepEqual(
    sortUnique(planted),
    sortUnique([...BOUNDARY_RULES.map(({ name }) => name ?? ""), "banned-folder"]),
  );
});

test("a source file that the boundary check did not read is found", () => {
  const text = 'import { now } from "@yici/runtime";\n';
  const files = ["missing.ts", "blank.ts", "read.ts", "alone.ts"];
  const importCounts = new Map([
    ["blank.ts", 0],
    ["read.ts", 1],
    ["alone.ts", 0],
  ]);

  const unread = findUnread(files, importCounts, (file) => (file === "alone.ts" ? "" : text));

  assert.deepEqual(unread, ["missing.ts", "blank.ts"]);
});

test("the boundary check of this work tree reads every source file", async () => {
  const { files, importCount, violations } = await judgeBoundaries(WORK_TREE);

  assert.ok(importCount > files.length);
  assert.deepEqual(
    violations.filter(({ rule }) => rule === "unread"),
    [],
  );
});

/** What `npm ci` would have made of the planted tree: its packages by name, and the drivers as empty modules. */
function install(root: string): void {
  mkdirSync(join(root, "node_modules", "@yici"), { recursive: true });
  for (const name of ["protocol", "runtime", "gateway", "platform"]) {
    symlinkSync(join(root, "packages", name), join(root, "node_modules", "@yici", name));
  }
  symlinkSync(join(root, "packages", "cli"), join(root, "node_modules", "yici"));
  for (const name of ["postgres", "pino", "qrcode"]) {
    plantFile(
      root,
      `node_modules/${name}/package.json`,
      `{ "name": "${name}", "main": "index.js" }`,
    );
    plantFile(root, `node_modules/${name}/index.js`, "module.exports = {};\n");
  }
}

function sortUnique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}
