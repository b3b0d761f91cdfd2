import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

test("a test may read the environment, files, and leave node:test's own promise alone", () => {
  assert.notEqual(process.env["PATH"], readFileSync(import.meta.filename, "utf8"));
});

test("a test of the compiler is a line that must not compile", () => {
  // @ts-expect-error a text is no number
  const wrong: number = "one";
  assert.equal(typeof wrong, "string");
});
