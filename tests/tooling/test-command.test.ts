import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { plantFile, plantTree, WORK_TREE } from "./plant-tree.ts";

const GOOD = 'import { test } from "node:test";\ntest("one", () => undefined);\n';

test("the test command passes when tests ran and all passed", (t) => {
  const root = plantTree(t, {});
  plantFile(root, "packages/one/test/deep/one.test.ts", GOOD);
  plantFile(root, "tests/wire/two.test.ts", GOOD);

  const { status, lastLine } = runTests(root);

  assert.deepEqual({ status, lastLine }, { status: 0, lastLine: "2 passed, 0 failed" });
});

test("the test command runs what lies under the paths it is given", (t) => {
  const root = plantTree(t, {});
  plantFile(root, "packages/one/test/one.test.ts", GOOD);
  plantFile(root, "tests/wire/two.test.ts", GOOD);

  const { status, lastLine } = runTests(root, "tests/wire");

  assert.deepEqual({ status, lastLine }, { status: 0, lastLine: "1 passed, 0 failed" });
});

test("the test command fails when there is no test file", (t) => {
  const root = plantTree(t, {});

  const { status, output } = runTests(root);

  assert.equal(status, 1);
  assert.match(output, /^no test ran$/mu);
});

test("the test command fails when a file has no test", (t) => {
  const root = plantTree(t, {});
  plantFile(root, "tests/wire/good.test.ts", GOOD);
  plantFile(root, "tests/wire/empty.test.ts", "export const nothing = 1;\n");

  const { status, output } = runTests(root);

  assert.equal(status, 1);
  assert.match(output, /^no test ran in .*empty\.test\.ts$/mu);
});

test("the test command fails when a test fails", (t) => {
  const root = plantTree(t, {});
  plantFile(root, "tests/wire/good.test.ts", GOOD);
  plantFile(root, "tests/wire/bad.test.ts", GOOD.replace("undefined", 'assert.fail("bad")'));

  const { status, lastLine } = runTests(root);

  assert.deepEqual({ status, lastLine }, { status: 1, lastLine: "1 passed, 1 failed" });
});

test("the test command fails when a file does not load", (t) => {
  const root = plantTree(t, {});
  plantFile(root, "tests/wire/good.test.ts", GOOD);
  plantFile(root, "tests/wire/broken.test.ts", 'import "./nowhere.ts";\n');

  const { status, output } = runTests(root);

  assert.equal(status, 1);
  assert.match(output, /^a test failed$/mu);
});

test("the test command fails when a test is skipped", (t) => {
  const root = plantTree(t, {});
  const skipped = GOOD.replace('"one", ', '"one", { skip: true }, ');
  plantFile(root, "tests/wire/skipped.test.ts", `${GOOD}${skipped.split("\n")[1] ?? ""}\n`);

  const { status, output } = runTests(root);

  assert.equal(status, 1);
  assert.match(output, /^1 tests were skipped$/mu);
});

function runTests(root: string, ...paths: readonly string[]) {
  // Node's runner refuses to run inside of itself, which it knows by this variable.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--conditions=@yici/source", join(WORK_TREE, "tools", "test.ts"), ...paths];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, env });
  const output = stdout.toString();
  return { status, output, lastLine: output.trimEnd().split("\n").at(-1) };
}
