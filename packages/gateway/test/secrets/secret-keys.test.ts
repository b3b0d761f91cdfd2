import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { ConfigError } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import { fingerprintKeys, openSecretKeys, parseSecretKeys } from "../../src/secrets/secret-keys.ts";

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-keys-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("keys are read in hex, base64 and base64url, in their order", () => {
  const bytes = Buffer.alloc(32, 0xfb);

  const keys = parseSecretKeys(
    `${bytes.toString("hex")},${bytes.toString("base64")} , ${bytes.toString("base64url")}`,
  );

  assert.deepEqual(keys, [bytes, bytes, bytes]);
});

test("a list with one wrong key is no list of keys", () => {
  const good = Buffer.alloc(32, 1).toString("base64");
  const short = Buffer.alloc(31, 1).toString("base64");

  assert.equal(parseSecretKeys(`${good},${short}`), undefined);
  assert.equal(parseSecretKeys(`${good},`), undefined);
  assert.equal(parseSecretKeys(""), undefined);
});

test("a missing key file is made, for its owner only, and read again the next time", (t) => {
  const path = join(makeFolder(t), "data", "yici.db.keys");
  const world = createManualWorld();

  const made = openSecretKeys({ kind: "file", path }, false, world);
  const read = openSecretKeys({ kind: "file", path }, true, world);

  assert.deepEqual(read, made);
  assert.equal(made[0].length, 32);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("a missing key file is not made anew for a database that was used with one", (t) => {
  const path = join(makeFolder(t), "yici.db.keys");

  assert.throws(
    () => openSecretKeys({ kind: "file", path }, true, createManualWorld()),
    (error: unknown) => error instanceof ConfigError && error.message.includes("is missing"),
  );
  assert.throws(() => readFileSync(path), /ENOENT/);
});

test("a key file that holds something else is refused and left as it is", (t) => {
  const path = join(makeFolder(t), "yici.db.keys");
  writeFileSync(path, "not a key");

  assert.throws(
    () => openSecretKeys({ kind: "file", path }, false, createManualWorld()),
    ConfigError,
  );
  assert.equal(readFileSync(path, "utf8"), "not a key");
});

test("a fingerprint tells keys apart and says nothing of them", () => {
  const [one = "", other = ""] = fingerprintKeys([Buffer.alloc(32, 1), Buffer.alloc(32, 2)]);

  assert.match(one, /^[0-9a-f]{16}$/);
  assert.notEqual(one, other);
});
