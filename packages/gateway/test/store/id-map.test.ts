import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { IdMap } from "../../src/store/sqlite/id-map.ts";

/** Few ids, of which several end alike and so have the same hash; and one that is shorter than what is hashed. */
const IDS = ["msg_1_abcdef", "msg_2_abcdef", "msg_3_abcdef", "msg_1_abcdeg", "abc", "abcdef"];

const CHANGES = fc.array(
  fc.record({
    id: fc.constantFrom(...IDS),
    value: fc.option(fc.nat(), { nil: undefined }),
  }),
);

test("an id map holds what a map would hold, whatever is put in and taken out and however alike the ids end", () => {
  fc.assert(
    fc.property(CHANGES, (changes) => {
      const expected = new Map<string, number>();
      const map = new IdMap<number>();

      for (const { id, value } of changes) {
        if (value === undefined) {
          expected.delete(id);
          map.delete(id);
        } else {
          expected.set(id, value);
          map.set(id, value);
        }
      }

      assert.deepEqual(inOrder(map.list()), inOrder(expected.values()));
      for (const id of IDS) {
        assert.equal(map.get(id), expected.get(id));
        assert.equal(map.has(id), expected.has(id));
      }
    }),
  );
});

function inOrder(values: Iterable<number>): readonly number[] {
  return [...values].toSorted((one, other) => one - other);
}
