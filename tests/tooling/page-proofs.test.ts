import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGE_CHECKS } from "@yici/platform";
import { PAGE_PROOFS } from "../../tools/docs/page-proofs-table.ts";
import { findNameFault } from "../flow/find-name-fault.ts";

for (const page of ["confirm", "oauth"] as const) {
  test(`of every check of the page (${page}) it is said which test shows it`, () => {
    const names = PAGE_CHECKS[page].map(({ name }) => name);

    assert.deepEqual(Object.keys(PAGE_PROOFS[page]), names);
  });
}

test("every test that is said to show a check is there", () => {
  const named = Object.values(PAGE_PROOFS).flatMap((proofs) => Object.values(proofs).flat());

  assert.ok(named.length > 40);
  assert.deepEqual(named.map(findNameFault).filter(Boolean), []);
});
