import assert from "node:assert/strict";
import { test } from "node:test";
import { renderConfirmErrorPage } from "../../src/pages/confirm-error-page.ts";

test("the error page shows WeChat's own text, and apart from it the hint in both languages and the check", () => {
  const page = renderConfirmErrorPage({
    check: "redirectUrlIsOnBusinessDomain",
    pageText: "应用跳转的域名非法",
    hint: { zh: "是 redirect_url", en: "It is redirect_url" },
  }).text;

  const [wechat = "", developers = ""] = page.split(/<aside/);
  assert.match(wechat, /data-check="redirectUrlIsOnBusinessDomain"/);
  assert.match(wechat, /<h1[^>]*data-testid="error-text">应用跳转的域名非法<\/h1>/);
  assert.doesNotMatch(wechat, /It is redirect_url/);
  assert.match(developers, /data-testid="developer-hint"/);
  assert.match(developers, /<p>是 redirect_url<\/p>/);
  assert.match(developers, /lang="en">It is redirect_url</);
  assert.match(developers, /<code>redirectUrlIsOnBusinessDomain<\/code>/);
});

test("a hint that quotes a hostile link stays text", () => {
  const hostile = "<img src=x onerror=alert(1)>";

  const page = renderConfirmErrorPage({
    check: hostile,
    pageText: hostile,
    hint: { zh: hostile, en: hostile },
  }).text;

  assert.doesNotMatch(page, /<img/);
});
