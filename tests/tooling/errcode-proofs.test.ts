import assert from "node:assert/strict";
import { test } from "node:test";
import { ERRCODES } from "@yici/protocol";
import { ERRCODE_PROOFS } from "../../tools/docs/errcode-proofs-table.ts";
import { findNameFault } from "../flow/find-name-fault.ts";

test("of every errcode it is said which test shows it, or why it never comes", () => {
  const codes = ERRCODES.map(({ errcode }) => errcode);

  const said = Object.keys(ERRCODE_PROOFS).map(Number);

  assert.deepEqual(
    said.toSorted((one, other) => one - other),
    codes,
  );
});

test("every test that is said to show an errcode is there", () => {
  const named = Object.values(ERRCODE_PROOFS).flatMap((proof) =>
    "tests" in proof ? proof.tests : [],
  );

  assert.ok(named.length > 40);
  assert.deepEqual(named.map(findNameFault).filter(Boolean), []);
});
