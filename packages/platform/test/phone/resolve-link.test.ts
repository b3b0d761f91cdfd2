import assert from "node:assert/strict";
import { test } from "node:test";
import { LINK_MAX_LENGTH, resolveLink } from "../../src/phone/resolve-link.ts";

test("a web link leads where it says, its fragment included", () => {
  assert.equal(resolveLink(" http://127.0.0.1:8170/l/abc \n"), "http://127.0.0.1:8170/l/abc");
  assert.equal(resolveLink("https://shop.example/?a=%3a#x"), "https://shop.example/?a=%3a#x");
});

test("the document's own sample link opens on this platform, its query untouched", () => {
  const query =
    "?action=get_confirm&appid=wxaba38c7f163da69b&scene=1000&template_id=1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc&redirect_url=http%3a%2f%2fsupport.qq.com&reserved=test#wechat_redirect";

  const location = resolveLink(`https://mp.weixin.qq.com/mp/subscribemsg${query}`);

  assert.equal(location, `/mp/subscribemsg${query}`);
});

for (const link of [
  "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&redirect_uri=http%3A%2F%2Fh.cn&state=1#wechat_redirect",
  "https://mp.weixin.qq.com/safe/bindcomponent?action=bindcomponent#wechat_redirect",
  "https://open.weixin.qq.com/wxaopen/safe/bindcomponent?action=bindcomponent",
  "https://mp.weixin.qq.com/cgi-bin/componentloginpage?component_appid=wx1",
]) {
  test(`${new URL(link).pathname} of WeChat's own host opens on this platform too`, () => {
    const location = resolveLink(link);

    assert.equal(location, link.replace(/^https:\/\/[^/]+/, ""));
  });
}

test("any other page of the real host is left to the real host", () => {
  for (const link of [
    "https://mp.weixin.qq.com/s/abc",
    "https://mp.weixin.qq.com//evil.example/",
    "https://open.weixin.qq.com/mp/subscribemsg",
    "https://constructor/",
  ]) {
    assert.equal(resolveLink(link), link);
  }
});

test("what is no web link is not opened", () => {
  for (const text of [
    "",
    "hello",
    "/mp/subscribemsg",
    "javascript:alert(1)",
    "data:text/html,x",
    "weixin://dl",
    "//evil.example",
  ]) {
    assert.equal(resolveLink(text), undefined, text);
  }
});

test("a link can be so long and no longer", () => {
  const start = "https://shop.example/";

  assert.ok(resolveLink(start.padEnd(LINK_MAX_LENGTH, "a")));
  assert.equal(resolveLink(start.padEnd(LINK_MAX_LENGTH + 1, "a")), undefined);
});
