import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { GENERATED_DOCUMENTS } from "../../tools/docs/generated-documents.ts";
import { WORK_TREE } from "./plant-tree.ts";

for (const { path, render } of GENERATED_DOCUMENTS) {
  test(`${path} says what the code says: npm run docs was run`, () => {
    assert.equal(readFileSync(join(WORK_TREE, path), "utf8"), render());
  });
}
