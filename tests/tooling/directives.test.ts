import assert from "node:assert/strict";
import { test } from "node:test";
import { findDirectives } from "../../tools/find-directives.ts";
import { plantFile, plantTree } from "./plant-tree.ts";

/** Taken apart, so that this file itself asks no tool to look away. */
const DIRECTIVES = [
  ["// oxlint-", "disable-next-line no-console"],
  ["/* eslint-", "disable */"],
  ["// @ts-", "ignore"],
  ["// @ts-", "nocheck"],
  ["test.", 'only("one", () => undefined);'],
  ["describe.", 'skip("one", () => undefined);'],
].map((parts) => parts.join(""));

for (const directive of DIRECTIVES) {
  test(`the check finds ${directive}`, (t) => {
    const root = plantTree(t, {});
    plantFile(root, "packages/gateway/src/quiet.ts", `export const quiet = 1;\n${directive}\n`);

    const directives = findDirectives(root);

    assert.deepEqual(directives, [
      { file: "packages/gateway/src/quiet.ts", line: 2, text: directive },
    ]);
  });
}

test("the check finds no directive where there is none", (t) => {
  const root = plantTree(t, { name: "lint" });

  const directives = findDirectives(root);

  assert.deepEqual(directives, []);
});
