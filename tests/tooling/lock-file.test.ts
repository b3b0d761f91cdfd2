import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WORK_TREE } from "./plant-tree.ts";

interface LockedPackage {
  readonly link?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const LOCKED = Object.entries(readLockFile()).filter(([path]) => path.includes("node_modules/"));

test("the lock file holds the optional binaries of every platform, or npm ci refuses it", () => {
  const names = new Set(LOCKED.map(([path]) => path.split("node_modules/").at(-1)));

  const asked = LOCKED.flatMap(([, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies),
  );

  assert.ok(asked.length > 0);
  assert.deepEqual(
    asked.filter((name) => !names.has(name)),
    [],
  );
});

test("the lock file names no registry, and each package by its digest", () => {
  const installed = LOCKED.filter(([, { link }]) => link !== true);

  assert.ok(installed.length > 0);
  for (const [path, { integrity, resolved }] of installed) {
    assert.match(integrity ?? "", /^sha512-/u, path);
    assert.equal(resolved, undefined, path);
  }
});

function readLockFile(): Readonly<Record<string, LockedPackage>> {
  const text = readFileSync(join(WORK_TREE, "package-lock.json"), "utf8");
  return (JSON.parse(text) as { readonly packages: Readonly<Record<string, LockedPackage>> })
    .packages;
}
