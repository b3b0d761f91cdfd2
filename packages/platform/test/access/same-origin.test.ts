import assert from "node:assert/strict";
import { test } from "node:test";
import { isSameOrigin } from "../../src/access/same-origin.ts";

test("a form of ours, or no browser at all, may act", () => {
  for (const headers of [
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    { host: "10.0.0.5:8180", origin: "http://10.0.0.5:8180" },
    { host: "10.0.0.5:8180" },
  ]) {
    assert.equal(isSameOrigin(headers), true);
  }
});

test("a form of somebody else's page may not", () => {
  for (const headers of [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", host: "a.example", origin: "https://a.example" },
    { host: "10.0.0.5:8180", origin: "http://10.0.0.5:9999" },
    { host: "10.0.0.5:8180", origin: "null" },
  ]) {
    assert.equal(isSameOrigin(headers), false);
  }
});
