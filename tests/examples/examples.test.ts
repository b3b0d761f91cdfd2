import assert from "node:assert/strict";
import { test } from "node:test";
import { findBrowser } from "../../tools/browser.ts";
import { runBesidePlatform, runInPlace, runInstalled } from "./run-example.ts";

test("the example with Node's own test runner passes", async () => {
  const { code, said } = await runInPlace("node-test");

  assert.equal(code, 0, said);
  assert.match(said, /pass 2\b/);
});

test("the example with Playwright passes in a real Chromium", async () => {
  const { path } = await findBrowser();

  const { code, said } = await runInPlace("playwright", { CHROMIUM_PATH: path });

  assert.equal(code, 0, said);
  assert.match(said, /pass 1\b/);
});

test("the example in Python passes with its standard library alone", async () => {
  const { code, said } = await runBesidePlatform("python", ["python3", "-m", "unittest"]);

  assert.equal(code, 0, said);
  assert.match(said, /Ran 1 test/);
});

for (const runner of ["vitest", "jest"]) {
  test(`npm test of the example with ${runner} passes, its runner installed from the registry`, async (t) => {
    const { code, said } = await runInstalled(t, runner);

    assert.equal(code, 0, said);
    assert.match(said, /Tests.*1 passed/);
  });
}
