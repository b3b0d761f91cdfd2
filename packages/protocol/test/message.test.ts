import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageContent } from "@yici/protocol";
import { CONTENT_MAX, countCharacters, JUMP_MAX, TITLE_MAX, validateMessage } from "@yici/protocol";
import * as fc from "fast-check";
import { anyText } from "./arbitraries.ts";

const MESSAGE: MessageContent = { title: "订阅通知", content: "您好!" };

test("the document's limits are 15 and 200 characters", () => {
  assert.equal(TITLE_MAX, 15);
  assert.equal(CONTENT_MAX, 200);
});

test("characters are counted as code points", () => {
  for (const [text, count] of [
    ["", 0],
    ["abc", 3],
    ["订阅通知", 4],
    ["🎉", 1],
    ["👨‍👩‍👧", 5],
    ["e\u0301", 2],
    ["\ud83c", 1],
    ["\udf89\ud83c", 2],
  ] as const) {
    assert.equal(countCharacters(text), count, JSON.stringify(text));
  }
});

test("counting agrees with the language's own iteration over code points", () => {
  fc.assert(fc.property(anyText, (text) => countCharacters(text) === Array.from(text).length));
});

test("a message with everything in order has no issues", () => {
  assert.deepEqual(validateMessage(MESSAGE), []);
  assert.deepEqual(
    validateMessage({
      title: "🎉".repeat(TITLE_MAX),
      content: `${"字".repeat(CONTENT_MAX - 3)}\r\n!`,
      color: "#FF0000",
      url: "https://shop.example/订单?id=1#top",
      miniprogram: { appid: "wx0123456789abcdef", pagepath: "index?foo=bar" },
    }),
    [],
  );
});

test("one character too many is named with the limit and the count", () => {
  const issues = validateMessage({
    title: "字".repeat(TITLE_MAX + 1),
    content: "字".repeat(CONTENT_MAX + 1),
  });

  assert.deepEqual(
    issues.map(({ path, code, limit, actual }) => ({ path, code, limit, actual })),
    [
      { path: ["title"], code: "too_long", limit: 15, actual: 16 },
      { path: ["content"], code: "too_long", limit: 200, actual: 201 },
    ],
  );
});

for (const { name, change, path, code } of [
  { name: "an empty title", change: { title: "" }, path: ["title"], code: "required" },
  { name: "a blank title", change: { title: " \n" }, path: ["title"], code: "required" },
  { name: "an empty content", change: { content: "" }, path: ["content"], code: "required" },
  {
    name: "half a character",
    change: { content: "a\ud800" },
    path: ["content"],
    code: "malformed",
  },
  { name: "a colour by name", change: { color: "blue" }, path: ["color"], code: "malformed" },
  {
    name: "a colour of three digits",
    change: { color: "#F00" },
    path: ["color"],
    code: "malformed",
  },
  { name: "an empty colour", change: { color: "" }, path: ["color"], code: "malformed" },
  { name: "a relative url", change: { url: "/order" }, path: ["url"], code: "malformed" },
  { name: "an empty url", change: { url: "" }, path: ["url"], code: "malformed" },
  {
    name: "a script as url",
    change: { url: "javascript:alert(1)" },
    path: ["url"],
    code: "malformed",
  },
  {
    name: "a url with a space",
    change: { url: "https://a.cn/ b" },
    path: ["url"],
    code: "malformed",
  },
  {
    name: "a url beyond the limit",
    change: { url: `https://a.cn/${"a".repeat(JUMP_MAX)}` },
    path: ["url"],
    code: "too_long",
  },
  {
    name: "a mini-program without appid",
    change: { miniprogram: { appid: "", pagepath: "index" } },
    path: ["miniprogram", "appid"],
    code: "required",
  },
  {
    name: "a mini-program whose appid is none",
    change: { miniprogram: { appid: "xiaochengxuappid12345", pagepath: "index" } },
    path: ["miniprogram", "appid"],
    code: "malformed",
  },
  {
    name: "a mini-program without page",
    change: { miniprogram: { appid: "wx0123456789abcdef", pagepath: "" } },
    path: ["miniprogram", "pagepath"],
    code: "required",
  },
  {
    name: "a page with a line break",
    change: { miniprogram: { appid: "wx0123456789abcdef", pagepath: "index\n" } },
    path: ["miniprogram", "pagepath"],
    code: "malformed",
  },
  {
    name: "a page beyond the limit",
    change: { miniprogram: { appid: "wx0123456789abcdef", pagepath: "a".repeat(JUMP_MAX + 1) } },
    path: ["miniprogram", "pagepath"],
    code: "too_long",
  },
]) {
  test(`${name} is ${code} in ${path.join(".")}`, () => {
    const issues = validateMessage({ ...MESSAGE, ...change });

    assert.deepEqual(
      issues.map((issue) => ({ path: issue.path, code: issue.code })),
      [{ path, code }],
    );
  });
}

test("every issue is reported at once, in the order of the fields, in Chinese and English", () => {
  const issues = validateMessage({
    title: "",
    content: "",
    color: "red",
    url: "x",
    miniprogram: { appid: "", pagepath: "" },
  });

  assert.deepEqual(
    issues.map(({ path }) => path.join(".")),
    ["title", "content", "color", "url", "miniprogram.appid", "miniprogram.pagepath"],
  );
  for (const { message } of issues) {
    assert.match(message.zh, /\p{Script=Han}/u);
    assert.match(message.en, /^[\x20-\x7e]+$/);
  }
});

test("an issue never repeats the text it is about", () => {
  const issues = validateMessage({
    title: "canary".repeat(9),
    content: "canary".repeat(99),
    url: "canary",
  });

  assert.equal(issues.length, 3);
  assert.ok(!JSON.stringify(issues).includes("canary"));
});

test("validating never throws, whatever the texts", () => {
  fc.assert(
    fc.property(
      fc.record({ title: anyText, content: anyText, color: anyText, url: anyText }),
      (message) => {
        validateMessage(message);
      },
    ),
  );
});
