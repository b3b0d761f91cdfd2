import assert from "node:assert/strict";
import { test } from "node:test";
import { type Alike, AlikeRows } from "../../src/store/sqlite/alike.ts";

/** Rows that wait, and what was written of them. */
function openRows(): { readonly rows: AlikeRows; readonly written: Alike[] } {
  const written: Alike[] = [];
  return { rows: new AlikeRows((alike) => void written.push(alike)), written };
}

test("rows that change to the same values are written at once, however many others came between", () => {
  const { rows, written } = openRows();

  rows.add(["spent", 5], 1);
  rows.add(["void", 5], 2);
  rows.add(["spent", 5], 3);
  const early = written.length;
  rows.write();

  assert.equal(early, 0);
  assert.deepEqual(written, [
    { values: ["spent", 5], rowIds: [1, 3] },
    { values: ["void", 5], rowIds: [2] },
  ]);
});

test("rows whose values differ in a single place, wherever it is, are apart", () => {
  const { rows, written } = openRows();

  rows.add(["spent", null, 5], 1);
  rows.add(["void", null, 5], 2);
  rows.add(["spent", "", 5], 3);
  rows.add(["spent", null, 6], 4);
  rows.write();

  assert.deepEqual(
    written.map(({ rowIds }) => rowIds),
    [[1], [2], [3], [4]],
  );
});

test("any number of different changes are all written, each once", () => {
  const { rows, written } = openRows();
  const rowIds = Array.from({ length: 100 }, (_, index) => index);

  for (const rowId of rowIds) rows.add([rowId], rowId);
  rows.write();
  rows.write();

  assert.deepEqual(
    written,
    rowIds.map((rowId) => ({ values: [rowId], rowIds: [rowId] })),
  );
});

test("what was forgotten is not written", () => {
  const { rows, written } = openRows();
  rows.add(["spent"], 1);

  rows.forget();
  rows.write();

  assert.deepEqual(written, []);
});
