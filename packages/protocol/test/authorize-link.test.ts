import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ArgumentError,
  buildAuthorizeLink,
  parseAuthorizeLink,
  parseAuthorizeQuery,
} from "@yici/protocol";
import * as fc from "fast-check";
import { anyQuery, anyText, authorizeRequests } from "./arbitraries.ts";
import { APPID, SCENE, TEMPLATE_ID } from "./official-sample.ts";

const REQUEST = {
  appid: APPID,
  scene: SCENE,
  templateId: TEMPLATE_ID,
  redirectUrl: "https://shop.example/cb",
};

test("whatever is built is read back unchanged", () => {
  fc.assert(
    fc.property(authorizeRequests, (request) => {
      assert.deepEqual(parseAuthorizeLink(buildAuthorizeLink(request)), {
        action: "get_confirm",
        appid: request.appid,
        scene: String(request.scene),
        templateId: request.templateId,
        redirectUrl: request.redirectUrl,
        reserved: request.reserved,
        redirectUri: undefined,
        hasWechatRedirect: true,
        repeated: [],
      });
    }),
  );
});

test("the redirect URL's own query and fragment survive", () => {
  const redirectUrl = "https://shop.example/课程/cb?i=2&name=%E6%9D%8E&plus=1+1#/detail/28";

  const link = buildAuthorizeLink({ ...REQUEST, redirectUrl });

  assert.equal(parseAuthorizeLink(link).redirectUrl, redirectUrl);
  assert.equal(link.split("#").length, 2);
});

test("every escape of the redirect URL is in lower case, as in the document's sample", () => {
  const link = buildAuthorizeLink({ ...REQUEST, redirectUrl: "https://shop.example/a%2Fb?c=中" });

  assert.match(link, /redirect_url=https%3a%2f%2fshop\.example%2fa%252Fb%3fc%3d%e4%b8%ad#/);
});

test("another origin takes WeChat's place, for a sandbox", () => {
  const link = buildAuthorizeLink(REQUEST, { origin: "http://127.0.0.1:8180" });

  assert.ok(link.startsWith("http://127.0.0.1:8180/mp/subscribemsg?action=get_confirm&appid="));
});

test("a mobile app may return to its own scheme and to no other app's", () => {
  const link = buildAuthorizeLink({ ...REQUEST, redirectUrl: `${APPID}://` });

  assert.match(link, /&redirect_url=wxaba38c7f163da69b%3a%2f%2f#/);
  assert.throws(() => buildAuthorizeLink({ ...REQUEST, redirectUrl: "wx0123456789abcdef://" }), {
    code: "YICI_REDIRECT_URL_INVALID",
  });
});

test("a redirect URL that is not an absolute http(s) address is refused", () => {
  for (const redirectUrl of [
    "",
    "/cb",
    "shop.example/cb",
    "https:shop.example",
    "javascript:alert(1)",
    "https://",
    "https://good.cn@evil.cn/",
    "https://user:secret@good.cn/",
    "https://:secret@good.cn/",
    " https://shop.example/",
    "https://shop.example/\r\nX: y",
    "https://shop.example/\ud800",
    `https://shop.example/${"a".repeat(2_048)}`,
  ]) {
    assert.throws(
      () => buildAuthorizeLink({ ...REQUEST, redirectUrl }),
      (error) => error instanceof ArgumentError && error.code === "YICI_REDIRECT_URL_INVALID",
      JSON.stringify(redirectUrl),
    );
  }
});

test("a reserved is 1 to 128 letters and digits and nothing else", () => {
  assert.ok(
    buildAuthorizeLink({ ...REQUEST, reserved: "a".repeat(128) }).includes(
      `&reserved=${"a".repeat(128)}#`,
    ),
  );

  for (const reserved of ["", "a".repeat(129), "a-b", "a b", "a&scene=1", "ü"]) {
    assert.throws(() => buildAuthorizeLink({ ...REQUEST, reserved }), {
      name: "ArgumentError",
      code: "YICI_RESERVED_INVALID",
    });
  }
});

test("an error names the rule and never the value", () => {
  const canary = "canary-7f3a";

  assert.throws(
    () => buildAuthorizeLink({ ...REQUEST, reserved: canary }),
    (error) => error instanceof RangeError && !error.message.includes(canary),
  );
  assert.throws(
    () => buildAuthorizeLink({ ...REQUEST, redirectUrl: canary }),
    (error) => error instanceof RangeError && !error.message.includes(canary),
  );
});

test("a parameter that comes twice is named, and its first value reported", () => {
  const parameters = parseAuthorizeQuery("scene=1&appid=a&scene=2&appid=b&i=1&i=2");

  assert.equal(parameters.scene, "1");
  assert.equal(parameters.appid, "a");
  assert.deepEqual(parameters.repeated, ["appid", "scene"]);
});

test("a query says nothing of the fragment, a link does", () => {
  assert.equal(parseAuthorizeQuery("scene=1").hasWechatRedirect, undefined);
  assert.equal(
    parseAuthorizeLink("https://mp.weixin.qq.com/mp/subscribemsg?scene=1").hasWechatRedirect,
    false,
  );
  assert.equal(parseAuthorizeLink("?scene=1#wechat_redirectb").hasWechatRedirect, false);
  assert.equal(parseAuthorizeLink("?scene=1#wechat_redirect").hasWechatRedirect, true);
});

test("reading a link never throws, whatever the text", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, anyQuery), (text) => {
      parseAuthorizeLink(text);
      parseAuthorizeQuery(text);
    }),
  );
});
