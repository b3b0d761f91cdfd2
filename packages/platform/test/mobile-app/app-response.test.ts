import assert from "node:assert/strict";
import { test } from "node:test";
import {
  readAppResponse,
  spellForAndroid,
  spellForIos,
} from "../../src/mobile-app/app-response.ts";

test("a confirmation is told to Android and to iOS, each in its own spelling", () => {
  const response = readAppResponse(
    "openid=oABC&template_id=T1&action=confirm&reserved=a%2Bb&scene=1000",
  );

  assert.ok(response);
  assert.deepEqual(spellForAndroid(response), {
    errCode: 0,
    errStr: null,
    openId: "oABC",
    templateID: "T1",
    scene: 1000,
    action: "confirm",
    reserved: "a+b",
  });
  assert.deepEqual(spellForIos(response), {
    errCode: 0,
    errStr: null,
    templateId: "T1",
    scene: 1000,
    action: "confirm",
    reserved: "a+b",
    openId: "oABC",
  });
});

test("a cancellation has a null openId, and the text null where no reserved was given", () => {
  const response = readAppResponse("template_id=T1&action=cancel&reserved=null&scene=0");

  assert.ok(response);
  assert.equal(spellForAndroid(response).openId, null);
  assert.equal(spellForIos(response).openId, null);
  assert.equal(spellForAndroid(response).reserved, "null");
});

test("what is no answer is not taken for one", () => {
  for (const query of [
    "",
    "problem=scene",
    "template_id=T1&action=agree&scene=0",
    "action=confirm&scene=0",
    "template_id=T1&action=confirm",
    "template_id=T1&action=cancel&scene=0&action=confirm",
  ]) {
    assert.equal(readAppResponse(query), undefined, query);
  }
});
