import assert from "node:assert/strict";
import { test } from "node:test";
import { SCHOOL, SHOP } from "./memory-phone-source.ts";
import { postForm, startPhone } from "./start-phone.ts";

test("a person follows an account, and no longer follows it", async () => {
  const { app, source } = startPhone();

  const followed = await app.inject(
    postForm("/phone/zhang/follows", { appid: SCHOOL.appid, follows: "true" }),
  );
  assert.deepEqual(source.findPerson("zhang")?.follows, [SHOP.appid, SCHOOL.appid]);

  await app.inject(postForm("/phone/zhang/follows", { appid: SHOP.appid, follows: "false" }));
  assert.deepEqual(source.findPerson("zhang")?.follows, [SCHOOL.appid]);
  assert.equal(followed.statusCode, 303);
  assert.equal(followed.headers.location, "/phone/zhang/accounts");
});

test("the accounts page offers to follow what is not followed, and to leave what is", async () => {
  const { app } = startPhone();

  const { body } = await app.inject("/phone/zhang/accounts");

  const [, shop = "", school = ""] = body.split(/data-testid="account-entry"/);
  assert.match(shop, /data-follows="true"[\s\S]*data-testid="unfollow-button"/);
  assert.match(school, /data-follows="false"[\s\S]*data-testid="follow-button"/);
});

test("following what does not exist, or with half a form, changes nothing", async () => {
  const { app, source } = startPhone();

  for (const fields of [
    { appid: "wxffffffffffffffff", follows: "true" },
    { appid: SCHOOL.appid },
    { appid: SCHOOL.appid, follows: "yes" },
    { follows: "true" },
  ]) {
    const { statusCode } = await app.inject(postForm("/phone/zhang/follows", fields));

    assert.equal(statusCode, 400);
  }
  assert.deepEqual(source.findPerson("zhang")?.follows, [SHOP.appid]);
});

test("a pasted link is opened as the person on whose phone it was pasted", async () => {
  const { app } = startPhone();
  const link = "http://127.0.0.1:8170/l/abc#wechat_redirect";

  const answer = await app.inject(postForm("/phone/li/open", { link }));

  assert.equal(answer.statusCode, 303);
  assert.equal(answer.headers.location, link);
  assert.match(String(answer.headers["set-cookie"]), /^yici_person=li;/);
});

test("a pasted text that is no web link is refused in words", async () => {
  const { app } = startPhone();

  const answer = await app.inject(postForm("/phone/li/open", { link: "javascript:alert(1)" }));
  const { body } = await app.inject(String(answer.headers.location));

  assert.equal(answer.statusCode, 303);
  assert.match(body, /data-testid="open-link-problem"[\s\S]*只能打开 http 或 https 链接/);
});

test("nobody does nothing", async () => {
  const { app } = startPhone();

  for (const action of ["follows", "open"]) {
    const { statusCode } = await app.inject(postForm(`/phone/nobody/${action}`, {}));

    assert.equal(statusCode, 404);
  }
});

test("a form that is no form, or far too long, is refused", async () => {
  const { app } = startPhone();
  const form = postForm("/phone/zhang/open", { link: "x".repeat(70_000) });

  const tooLong = await app.inject(form);
  const noForm = await app.inject({
    ...form,
    headers: { "content-type": "application/json" },
    payload: "{}",
  });

  assert.equal(tooLong.statusCode, 413);
  assert.equal(noForm.statusCode, 415);
});
