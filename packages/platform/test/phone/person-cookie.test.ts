import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPersonCookie, readPersonCookie } from "../../src/phone/person-cookie.ts";

test("the person's cookie comes back as it was set, among others", () => {
  const [pair = ""] = buildPersonCookie("张;三=1", false).split("; ");

  assert.equal(readPersonCookie(`a=b; ${pair}; c=d`), "张;三=1");
});

test("the person's cookie is out of a script's reach, and Secure where the platform is reached by https", () => {
  assert.match(
    buildPersonCookie("zhang", false),
    /^yici_person=zhang; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
  );
  assert.match(buildPersonCookie("zhang", true), /; Secure$/);
});

test("no cookie, another cookie or a broken one is nobody", () => {
  for (const header of [
    undefined,
    "",
    "yici_personal=zhang",
    "x_yici_person=zhang",
    "yici_person=%E0%A4%A",
  ]) {
    assert.equal(readPersonCookie(header), undefined);
  }
});
