import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseAccessToken,
  parseAppId,
  parseOpenId,
  parseScene,
  parseTemplateId,
} from "@yici/protocol";

test("an appid is wx and sixteen lower-case hexadecimal digits", () => {
  assert.equal(parseAppId("wxaba38c7f163da69b"), "wxaba38c7f163da69b");

  for (const text of [
    "",
    "wxABA38C7F163DA69B",
    "wxaba38c7f163da69",
    "wxaba38c7f163da69b0",
    "gh_1234567890abcdef",
    "wxaba38c7f163da69b\n",
  ]) {
    assert.equal(parseAppId(text), undefined, JSON.stringify(text));
  }
});

test("an openid has 1 to 64 characters of A-Za-z0-9_-", () => {
  assert.equal(parseOpenId("oABC-def_123"), "oABC-def_123");
  assert.notEqual(parseOpenId("o".repeat(64)), undefined);

  for (const text of ["", "o".repeat(65), "o BC", "oABC\n", "oABC%20", "中文"]) {
    assert.equal(parseOpenId(text), undefined, JSON.stringify(text));
  }
});

test("a template id is read leniently in length, for its 43 characters are not documented", () => {
  assert.notEqual(parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc"), undefined);
  assert.notEqual(parseTemplateId("a"), undefined);
  assert.notEqual(parseTemplateId("a".repeat(128)), undefined);

  for (const text of ["", "a".repeat(129), "a+b", "a/b", "a=b"]) {
    assert.equal(parseTemplateId(text), undefined, JSON.stringify(text));
  }
});

test("a scene is an integer from 0 to 10000, however it is written", () => {
  for (const [value, scene] of [
    [0, 0],
    ["0", 0],
    [10_000, 10_000],
    ["10000", 10_000],
    ["0007", 7],
  ] as const) {
    assert.equal(parseScene(value), scene);
  }

  for (const value of [
    -1,
    10_001,
    1.5,
    Number.NaN,
    Infinity,
    -0,
    "",
    "-1",
    "10001",
    "1.0",
    "1e3",
    " 1",
    "1 ",
    "0x1",
    "٣",
    "9".repeat(400),
  ]) {
    assert.equal(parseScene(value), undefined, String(value));
  }
});

test("an access token is visible ASCII with room for the documented 512 characters", () => {
  assert.notEqual(parseAccessToken(`80_${"a".repeat(509)}`), undefined);

  for (const text of ["", "a".repeat(1025), "a b", "a\r\nb", "中"]) {
    assert.equal(parseAccessToken(text), undefined, JSON.stringify(text));
  }
});
