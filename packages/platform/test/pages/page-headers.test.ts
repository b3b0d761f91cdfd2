import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPageHeaders } from "../../src/pages/page-headers.ts";

test("a page runs scripts and styles of this platform's files only, is framed by nobody and kept by nobody", () => {
  const headers = buildPageHeaders();

  const policy = headers["content-security-policy"]?.split("; ") ?? [];
  assert.ok(policy.includes("default-src 'none'"));
  assert.ok(policy.includes("script-src 'self'"));
  assert.ok(policy.includes("style-src 'self'"));
  assert.ok(policy.includes("frame-ancestors 'none'"));
  assert.equal(headers["x-frame-options"], "DENY");
  assert.equal(headers["cache-control"], "no-store");
  assert.equal(headers["content-type"], "text/html; charset=utf-8");
});

test("a page's forms stay on this platform unless an answer to one of them leads elsewhere", () => {
  const staying = buildPageHeaders()["content-security-policy"];
  const leaving = buildPageHeaders({ doFormsLeave: true })["content-security-policy"];

  assert.match(staying ?? "", /form-action 'self'/);
  assert.doesNotMatch(leaving ?? "", /form-action/);
});
