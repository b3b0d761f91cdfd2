import assert from "node:assert/strict";
import { test } from "node:test";
import { oncePerObject } from "../../src/wechat/once-per-object.ts";

test("what was found for an object is not looked for again, not even that there is nothing", () => {
  const asked: object[] = [];
  const one = { text: "one" };
  const same = { text: "one" };
  const other = { text: undefined };
  const find = oncePerObject((key: { readonly text: string | undefined }) => {
    asked.push(key);
    return key.text;
  });

  const found = [find(one), find(other), find(same), find(one), find(other)];

  assert.deepEqual(found, ["one", undefined, "one", "one", undefined]);
  assert.deepEqual(asked, [one, other, same]);
});
