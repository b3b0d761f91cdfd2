import assert from "node:assert/strict";
import { test } from "node:test";
import { buildCallbackLocation, CALLBACK_QUERY_MAX, parseCallback } from "@yici/protocol";
import * as fc from "fast-check";
import { anyQuery, anyText, callbackContents } from "./arbitraries.ts";
import { OPENID, SCENE, TEMPLATE_ID } from "./official-sample.ts";

const CONFIRM = {
  redirectUrl: "https://shop.example/cb",
  action: "confirm",
  openid: OPENID,
  templateId: TEMPLATE_ID,
  reserved: "abc123",
  scene: SCENE,
} as const;

test("whatever is built is read back unchanged", () => {
  fc.assert(
    fc.property(callbackContents, (content) => {
      const location = buildCallbackLocation(content);

      assert.deepEqual(parseCallback(new URL(location).search.slice(1)), {
        kind: "parsed",
        openid: content.action === "confirm" ? content.openid : undefined,
        templateId: content.templateId,
        action: content.action,
        scene: String(content.scene),
        reserved: content.reserved,
      });
    }),
  );
});

test("a cancelled callback carries no openid, whatever was passed", () => {
  const location = buildCallbackLocation({ ...CONFIRM, action: "cancel" });

  assert.ok(!location.includes("openid"));
  assert.ok(!location.includes(OPENID));
});

test("a reserved that was empty comes back empty, one that was absent stays absent", () => {
  assert.match(buildCallbackLocation({ ...CONFIRM, reserved: "" }), /&reserved=&scene=/);
  assert.doesNotMatch(buildCallbackLocation({ ...CONFIRM, reserved: undefined }), /reserved/);
});

test("a location is safe in a header, whatever the redirect URL and reserved hold", () => {
  fc.assert(
    fc.property(anyText, anyText, (redirectUrl, reserved) => {
      const location = buildCallbackLocation({ ...CONFIRM, redirectUrl, reserved });

      assert.match(location, /^[\x21-\x7e]*$/);
    }),
  );
});

test("characters beyond ASCII in the redirect URL are escaped, and existing escapes left alone", () => {
  const location = buildCallbackLocation({
    ...CONFIRM,
    redirectUrl: "https://shop.example/课程%2F1?a=%E4%B8%AD",
  });

  assert.ok(location.startsWith("https://shop.example/%E8%AF%BE%E7%A8%8B%2F1?a=%E4%B8%AD&openid="));
});

test("the query is joined after whatever the redirect URL ends with", () => {
  for (const [redirectUrl, start] of [
    ["https://h.cn/a?", "https://h.cn/a?openid="],
    ["https://h.cn/a?i=1&", "https://h.cn/a?i=1&openid="],
    ["https://h.cn/a?b?", "https://h.cn/a?b?&openid="],
    ["https://h.cn?i=1", "https://h.cn?i=1&openid="],
    ["https://h.cn:8443", "https://h.cn:8443/?openid="],
  ] as const) {
    assert.ok(buildCallbackLocation({ ...CONFIRM, redirectUrl }).startsWith(start), redirectUrl);
  }
});

test("the redirect URL's own parameters are ignored, also when they repeat", () => {
  const parsed = parseCallback("i=1&i=2&openid=o1&template_id=t&action=confirm&scene=7");

  assert.deepEqual(parsed, {
    kind: "parsed",
    openid: "o1",
    templateId: "t",
    action: "confirm",
    scene: "7",
    reserved: undefined,
  });
});

test("a parameter of ours that comes twice is refused by name", () => {
  for (const parameter of ["openid", "template_id", "action", "scene", "reserved"]) {
    const query = `openid=o&template_id=t&action=confirm&scene=7&reserved=r&${parameter}=x`;

    assert.deepEqual(parseCallback(query), {
      kind: "refused",
      reason: "repeated_parameter",
      parameter,
    });
  }
});

test("a repetition hidden by an escape in the name is a repetition", () => {
  assert.deepEqual(parseCallback("openid=a&%6fpenid=b"), {
    kind: "refused",
    reason: "repeated_parameter",
    parameter: "openid",
  });
});

test("a query or a value beyond its limit is refused unread", () => {
  assert.deepEqual(parseCallback("a".repeat(CALLBACK_QUERY_MAX + 1)), {
    kind: "refused",
    reason: "too_long",
    parameter: "query",
  });
  assert.deepEqual(parseCallback(`reserved=${"a".repeat(1_025)}`), {
    kind: "refused",
    reason: "too_long",
    parameter: "reserved",
  });
  assert.equal(parseCallback(`reserved=${"a".repeat(1_024)}`).kind, "parsed");
});

test("reading a callback never throws, whatever the query", () => {
  fc.assert(fc.property(fc.oneof(anyText, anyQuery), (query) => void parseCallback(query)));
});
