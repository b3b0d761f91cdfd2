import assert from "node:assert/strict";
import { test } from "node:test";
import { renderFields } from "../src/screen/fields.ts";
import { type Column, renderTable } from "../src/screen/table.ts";

interface Row {
  readonly name: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: { zh: "名称", en: "NAME" }, cell: (row) => row.name },
  { title: { zh: "数", en: "COUNT" }, cell: (row) => row.count },
];

test("the columns of a table stand under one another whether names are Chinese or not", () => {
  const rows = [
    { name: "取餐提醒通知消息", count: 1 },
    { name: "short", count: 20 },
  ];

  const table = renderTable(rows, COLUMNS);

  assert.equal(
    table,
    ["名称 NAME         数 COUNT", "取餐提醒通知消息  1", "short             20"].join("\n"),
  );
});

test("a cell from outside stays on its line and cannot steer the terminal", () => {
  const rows = [{ name: "a\nb\u001b[2Jc\u202ed\u0007", count: 1 }];

  const [, line] = renderTable(rows, COLUMNS).split("\n");

  assert.equal(line, "a bcd      1");
});

test("fields without value are left out, and further lines stand under the first", () => {
  const text = renderFields([
    { title: { zh: "标题", en: "title" }, value: "提醒" },
    { title: { zh: "颜色", en: "color" }, value: undefined },
    { title: { zh: "内容", en: "content" }, value: "第一行\n第二行" },
  ]);

  assert.equal(
    text,
    ["标题 title    提醒", "内容 content  第一行", "              第二行"].join("\n"),
  );
});
