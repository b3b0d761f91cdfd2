import assert from "node:assert/strict";
import { test } from "node:test";
import type { SendRequest } from "@yici/protocol";
import { buildSendBody, parseSendBody } from "@yici/protocol";
import * as fc from "fast-check";
import { anyText, openids, scenes, templateIds } from "./arbitraries.ts";
import { OPENID, SCENE, TEMPLATE_ID } from "./official-sample.ts";

const REQUEST: SendRequest = {
  touser: OPENID,
  templateId: TEMPLATE_ID,
  scene: SCENE,
  title: "订阅通知",
  content: "您好!",
};

const words = fc.string({ unit: "binary", minLength: 1 });
const requests: fc.Arbitrary<SendRequest> = fc.record(
  {
    touser: openids,
    templateId: templateIds,
    scene: scenes,
    title: words,
    content: words,
    color: words,
    url: words,
    miniprogram: fc.record({ appid: words, pagepath: words }, { noNullPrototype: true }),
  },
  { requiredKeys: ["touser", "templateId", "scene", "title", "content"], noNullPrototype: true },
);

test("whatever is built is read back unchanged", () => {
  fc.assert(
    fc.property(requests, (request) => {
      assert.deepEqual(parseSendBody(buildSendBody(request)), {
        kind: "parsed",
        fields: {
          touser: request.touser,
          templateId: request.templateId,
          url: request.url,
          miniprogram: request.miniprogram,
          scene: String(request.scene),
          title: request.title,
          content: request.content,
          color: request.color,
          dataKeys: ["content"],
        },
      });
    }),
  );
});

test("fields stand in the document's order, and what is absent is left out", () => {
  assert.equal(
    buildSendBody(REQUEST),
    `{"touser":"${OPENID}","template_id":"${TEMPLATE_ID}","scene":"1000","title":"订阅通知",` +
      `"data":{"content":{"value":"您好!"}}}`,
  );
  assert.equal(
    buildSendBody({
      ...REQUEST,
      url: "https://example.com",
      miniprogram: { appid: "wx0123456789abcdef", pagepath: "index?foo=bar" },
      color: "#FF0000",
    }),
    `{"touser":"${OPENID}","template_id":"${TEMPLATE_ID}","url":"https://example.com",` +
      `"miniprogram":{"appid":"wx0123456789abcdef","pagepath":"index?foo=bar"},"scene":"1000",` +
      `"title":"订阅通知","data":{"content":{"value":"您好!","color":"#FF0000"}}}`,
  );
});

test("a field of a type it never has counts as absent", () => {
  const parsed = parseSendBody(
    '{"touser":7,"template_id":[],"url":{},"miniprogram":["a"],"scene":true,"title":{},"data":{"content":"text"}}',
  );

  assert.deepEqual(parsed, {
    kind: "parsed",
    fields: {
      touser: undefined,
      templateId: undefined,
      url: undefined,
      miniprogram: undefined,
      scene: undefined,
      title: undefined,
      content: undefined,
      color: undefined,
      dataKeys: ["content"],
    },
  });
});

test("a mini-program that says nothing is none", () => {
  for (const miniprogram of ['""', "null", "[]", "{}", '{"appid":"","pagepath":""}']) {
    const parsed = parseSendBody(`{"miniprogram":${miniprogram}}`);

    assert.ok(parsed.kind === "parsed");
    assert.equal(parsed.fields.miniprogram, undefined, miniprogram);
  }
});

test("a mini-program that says half is kept, for the platform to judge", () => {
  const parsed = parseSendBody('{"miniprogram":{"pagepath":"index"}}');

  assert.ok(parsed.kind === "parsed");
  assert.deepEqual(parsed.fields.miniprogram, { appid: undefined, pagepath: "index" });
});

test("members that are inherited by every object are not taken for fields", () => {
  const parsed = parseSendBody(
    '{"__proto__":{"touser":"oABC"},"data":{"__proto__":{"content":{"value":"x"}}}}',
  );

  assert.ok(parsed.kind === "parsed");
  assert.equal(parsed.fields.touser, undefined);
  assert.equal(parsed.fields.content, undefined);
});

test("an empty body is 44002, anything but a JSON object 47001", () => {
  for (const body of ["", " \r\n"]) {
    assert.deepEqual(parseSendBody(body), { kind: "refused", errcode: 44002 });
  }
  for (const body of [
    "null",
    "[]",
    "7",
    '"text"',
    "{",
    "touser=oABC&scene=1",
    "{'touser':'oABC'}",
  ]) {
    assert.deepEqual(parseSendBody(body), { kind: "refused", errcode: 47001 }, body);
  }
});

test("reading a body never throws, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        fc.json(),
        fc.json().map((json) => `{"data":${json},"miniprogram":${json}}`),
      ),
      (body) => void parseSendBody(body),
    ),
  );
});

test("a deeply nested body is read or refused, and never throws", () => {
  const depth = 100_000;

  assert.doesNotThrow(() => parseSendBody(`{"data":${"[".repeat(depth)}${"]".repeat(depth)}}`));
});
