import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { READINGS } from "@yici/platform";
import { findNameFault } from "./find-name-fault.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/reference/conformance.md"), "utf8");
const ROWS = readRows(PAGE);

/** One row of the page's tables. */
interface Row {
  /** A number, or a parameter's name. */
  readonly head: string;
  readonly quote: string;
  /** `path: group › name`, each. */
  readonly tests: readonly string[];
}

describe("the page of what the document says", () => {
  for (const { head, quote, tests } of ROWS) {
    test(`names tests that are there for ${head}: ${quote}`, () => {
      assert.notDeepEqual(tests, []);
      assert.deepEqual(tests.map(findNameFault).filter(Boolean), []);
    });
  }

  test("has its sentences in order, and a row for every parameter of each table", () => {
    const heads = ROWS.map(({ head }) => head.replaceAll("`", ""));

    const sentences = heads.filter((head) => /^\d+$/.test(head)).map(Number);
    assert.deepEqual(
      sentences,
      sentences.map((_number, index) => index + 1),
    );
    const parameters = heads.filter((head) => /^[^\d]/.test(head));
    assert.deepEqual(
      parameters.filter((name, index) => name !== parameters[index - 1]),
      [...LINK_PARAMETERS, ...CALLBACK_PARAMETERS, ...SEND_PARAMETERS],
    );
  });

  test("calls the readings of open points by the names that the platform knows", () => {
    const lists = [...PAGE.matchAll(/\breadings? ((?:`\w+`(?: and )?)+)/g)];
    const named = lists.flatMap(([, list = ""]) => [...list.matchAll(/\w+(?=`)/g)].flat());

    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((name) => !Object.hasOwn(READINGS, name)),
      [],
    );
  });

  test("would be seen to name a test that is not there", () => {
    const path = "tests/flow/story.test.ts";

    const faults = [
      `${path}: a message › to nobody`,
      `${path}: no such group › to a follower arrives in the account's chat`,
      `${path}: a message › with a letter leads there`,
      "tests/flow/none.test.ts: a message",
      "a message",
    ].map(findNameFault);

    assert.deepEqual(faults, [
      "no test to nobody",
      "no group no such group",
      "no test with a letter leads there",
      "no file tests/flow/none.test.ts",
      "no file a message",
    ]);
  });

  test("would be seen to leave a row without a test", () => {
    const [row] = readRows(
      "| | The document says | Shown by | Remarks |\n| --- |\n| 1 | “x” | | |",
    );

    assert.deepEqual(row?.tests, []);
  });
});

const LINK_PARAMETERS = [
  "action",
  "appid",
  "scene",
  "template_id",
  "redirect_url",
  "reserved",
  "#wechat_redirect",
];

const CALLBACK_PARAMETERS = ["openid", "template_id", "action", "scene", "reserved"];

const SEND_PARAMETERS = [
  "access_token",
  "touser",
  "template_id",
  "scene",
  "title",
  "data.content.value",
  "data.content.color",
  "url",
  "miniprogram",
];

/** The rows of every table whose third column says what a row is shown by. */
function readRows(page: string): readonly Row[] {
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const isRow = ([, head, , shown]: readonly string[]) => shown !== "Shown by" && head !== "---";
  return rows.filter(isRow).map(([, head = "", quote = "", shown = ""]) => ({
    head,
    quote,
    tests: shown === "" ? [] : shown.split("<br>").map((one) => one.replaceAll("`", "")),
  }));
}
