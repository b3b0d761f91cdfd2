import assert from "node:assert/strict";
import { test } from "node:test";
import { cutToWidth, displayWidth, padToWidth } from "../src/screen/display-width.ts";

const WIDTHS: readonly (readonly [text: string, width: number])[] = [
  ["", 0],
  ["abc", 3],
  ["张三", 4],
  ["已送达 done", 11],
  ["，。（）", 8],
  ["ｱｲｳ", 3],
  ["ＡＢ", 4],
  ["한글", 4],
  ["é", 1],
  ["e\u0301", 1],
  ["👍", 2],
  ["👨‍👩‍👧", 2],
  ["☕\ufe0f", 2],
  ["\u001b[31m红\u001b[0m", 2],
  ["a\u200bb", 2],
  ["…—", 2],
];

for (const [text, width] of WIDTHS) {
  test(`${JSON.stringify(text)} takes ${width} columns`, () => {
    assert.equal(displayWidth(text), width);
  });
}

test("padding counts columns, not characters", () => {
  assert.equal(padToWidth("张三", 6), "张三  ");
  assert.equal(padToWidth("abcdefgh", 6), "abcdefgh");
});

test("cutting never takes more columns than allowed, and never half a character", () => {
  assert.equal(cutToWidth("取餐提醒", 8), "取餐提醒");
  assert.equal(cutToWidth("取餐提醒", 7), "取餐提…");
  assert.equal(cutToWidth("取餐提醒", 6), "取餐…");
});
