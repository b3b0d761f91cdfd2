import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { runYici } from "./run-yici.ts";

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-migrate-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("migrate makes the database, says which schema it has, and can be run again", async (t) => {
  const folder = makeFolder(t);

  const first = await runYici(["migrate", "--data", folder, "--json"]);
  const again = await runYici(["migrate", "--data", folder, "--json"]);

  assert.equal(first.code, 0, first.err);
  assert.deepEqual(JSON.parse(first.out), { engine: "sqlite", version: 1 });
  assert.equal(again.out, first.out);
  assert.ok(existsSync(join(folder, "yici.db")));
});

test("migrate --print shows the SQL and touches nothing", async (t) => {
  const folder = makeFolder(t);

  const { code, out } = await runYici(["migrate", "--data", folder, "--print"]);

  assert.equal(code, 0);
  assert.match(out, /CREATE TABLE accounts/);
  assert.equal(existsSync(join(folder, "yici.db")), false);
});
