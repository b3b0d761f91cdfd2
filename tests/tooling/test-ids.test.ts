import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { TEST_IDS } from "@yici/platform";
import { WORK_TREE } from "./plant-tree.ts";

test("every data-testid that the page on testing names is one of the platform's", () => {
  const document = readFileSync(join(WORK_TREE, "docs/testing.md"), "utf8");
  const table = document.split("## In a browser")[1]?.split("## Faults")[0] ?? "";

  const cells = table.split("\n").map((line) => /^\|[^|]*\|([^|;]*)/.exec(line)?.[1] ?? "");
  const named = cells.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, id]) => id));

  const known = new Set<string | undefined>(Object.values(TEST_IDS));
  const ids = named.filter((id) => id !== "data-testid");
  assert.ok(ids.length > 25);
  assert.deepEqual(
    ids.filter((id) => !known.has(id)),
    [],
  );
});

test("no two things share a data-testid", () => {
  const ids = Object.values(TEST_IDS);

  assert.equal(new Set(ids).size, ids.length);
});
