import assert from "node:assert/strict";
import { test } from "node:test";
import { buildQuotaBody, parseQuotaReply, SEND_PATH } from "../src/index.ts";

test("the quota of an API is asked for by its path", () => {
  assert.equal(buildQuotaBody(SEND_PATH), '{"cgi_path":"/cgi-bin/message/template/subscribe"}');
});

test("the official sample's reply is read", () => {
  const reply = parseQuotaReply(
    '{"errcode":0,"errmsg":"ok","quota":{"daily_limit":100,"used":97,"remain":3},"rate_limit":{"call_count":2,"refresh_second":60}}',
  );

  assert.deepEqual(reply, { kind: "quota", dailyLimit: 100, remain: 3 });
});

for (const [what, body, kind] of [
  [
    "a refusal",
    '{"errcode":76022,"errmsg":"could not use this cgi_path, no permission"}',
    "refused",
  ],
  ["a reply without a quota", '{"errcode":0,"errmsg":"ok"}', "unreadable"],
  ["a quota of texts", '{"errcode":0,"quota":{"daily_limit":"100","remain":"3"}}', "unreadable"],
  ["something else", "<html>", "unreadable"],
] as const) {
  test(`${what} is no quota`, () => {
    assert.equal(parseQuotaReply(body).kind, kind);
  });
}
