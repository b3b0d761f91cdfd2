import assert from "node:assert/strict";
import { test } from "node:test";
import { maskBody, maskQuery } from "../../src/journal/mask-secrets.ts";

for (const [query, masked] of [
  ["access_token=90_abc", "access_token=xxxx"],
  ["appid=wx1&secret=s=3&grant_type=g", "appid=wx1&secret=xxxx&grant_type=g"],
  ["component_access_token=1&x", "component_access_token=xxxx&x"],
  ["%61ccess%5Ftoken=90_abc", "%61ccess%5Ftoken=xxxx"],
  ["code=c&state=s", "code=xxxx&state=s"],
  ["%zz=1&token", "%zz=1&token"],
  ["", ""],
] as const) {
  test(`of the query ${JSON.stringify(query)} is kept ${JSON.stringify(masked)}`, () => {
    const kept = maskQuery(query);

    assert.equal(kept, masked);
  });
}

for (const [body, masked] of [
  ['{"appid":"wx1","secret" : "a\\"b","x":1}', '{"appid":"wx1","secret" : "xxxx","x":1}'],
  ['{"component_verify_ticket":"ticket@@@1"}', '{"component_verify_ticket":"xxxx"}'],
  ['{"authorization_code":"cut in the mid', '{"authorization_code":"xxxx'],
  ['{"value":"your code: 8888"}', '{"value":"your code: 8888"}'],
  ["appid=wx1&secret=s&x=1", "appid=wx1&secret=xxxx&x=1"],
  ['{"url":"https://h.cn/?a=1&code=c"}', '{"url":"https://h.cn/?a=1&code=xxxx"}'],
  ['{"force_refresh":false}', '{"force_refresh":false}'],
] as const) {
  test(`of the body ${body} is kept ${masked}`, () => {
    const kept = maskBody(body);

    assert.equal(kept, masked);
  });
}
