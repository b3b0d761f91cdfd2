import assert from "node:assert/strict";
import { test } from "node:test";
import { parseOrigin, parsePublicUrl } from "../../src/accounts/web-address.ts";

test("a public address has one spelling, without a slash at its end", () => {
  const spellings = {
    "https://shop.example": "https://shop.example",
    "https://Shop.Example:443/": "https://shop.example",
    "http://127.0.0.1:8170/wx/": "http://127.0.0.1:8170/wx",
    "http://[::1]:8170": "http://[::1]:8170",
  };

  for (const [text, expected] of Object.entries(spellings)) {
    assert.equal(parsePublicUrl(text), expected);
  }
});

test("what browsers would read otherwise than people do is no address", () => {
  const traps = [
    "shop.example",
    "//shop.example",
    "ftp://shop.example",
    "javascript:alert(1)",
    "https://good.example@evil.example",
    "https://shop.example?x=1",
    "https://shop.example#x",
    "https://shop.example/a b",
    "https://",
    "",
  ];

  for (const trap of traps) assert.equal(parsePublicUrl(trap), undefined, trap);
});

test("an origin has no path", () => {
  assert.equal(parseOrigin("http://localhost:8180/"), "http://localhost:8180");
  assert.equal(parseOrigin("http://localhost:8180/api"), undefined);
});
