import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("vectors/", import.meta.url);

for (const file of readdirSync(FOLDER)) {
  test(`every vector of ${file} has a name of its own, its source and its evidence`, () => {
    const vectors = listVectors(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));

    assert.ok(vectors.length > 0);
    for (const { name, source, evidence } of vectors) {
      assert.ok(typeof source === "string" && source.length > 8, String(name));
      assert.ok(
        typeof evidence === "string" && ["D", "D2", "R", "I"].includes(evidence),
        String(name),
      );
    }
    assert.equal(new Set(vectors.map(({ name }) => name)).size, vectors.length);
  });
}

/** The named objects of a file; source and evidence may stand once, for all of it. */
function listVectors(
  value: unknown,
  inherited: object = {},
): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== "object" || value === null) return [];
  const { source, evidence } = { source: undefined, evidence: undefined, ...inherited, ...value };
  if ("name" in value) return [{ ...value, source, evidence }];
  return Object.values(value).flatMap((member) => listVectors(member, { source, evidence }));
}
