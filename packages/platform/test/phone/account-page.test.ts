import assert from "node:assert/strict";
import { test } from "node:test";
import { RADIO, SHOP } from "./memory-phone-source.ts";
import { postForm, startPhone } from "./start-phone.ts";

const PAGE = `/phone/li/accounts/${SHOP.appid}`;

test("a person blocks an account, and no longer blocks it", async () => {
  const { app, source } = startPhone();
  const block = { appid: SHOP.appid, refusal: "blocks" };

  const blocked = await app.inject(postForm("/phone/li/refusals", { ...block, refuses: "true" }));
  assert.deepEqual(source.findPerson("li")?.blocks, [SHOP.appid]);

  await app.inject(postForm("/phone/li/refusals", { ...block, refuses: "false" }));
  assert.deepEqual(source.findPerson("li")?.blocks, []);
  assert.equal(blocked.statusCode, 303);
  assert.equal(blocked.headers.location, PAGE);
});

test("a person refuses the one-time messages of an app, which changes nothing else", async () => {
  const { app, source } = startPhone();

  const { statusCode } = await app.inject(
    postForm("/phone/li/refusals", { appid: RADIO.appid, refusal: "refuses", refuses: "true" }),
  );

  assert.equal(statusCode, 303);
  const { follows, blocks, refuses } = source.findPerson("li") ?? {};
  assert.deepEqual(
    { follows, blocks, refuses },
    {
      follows: [],
      blocks: [],
      refuses: [RADIO.appid],
    },
  );
});

test("a switch is on while messages arrive, and each press turns it over", async () => {
  const { app, source } = startPhone();

  const before = await app.inject(PAGE);
  await source.setRefusal("li", SHOP.appid, "blocks", true);
  const after = await app.inject(PAGE);

  assert.match(switchOf(before.body, "blocks"), /aria-checked="true"[\s\S]*value="true"/);
  assert.match(switchOf(after.body, "blocks"), /aria-checked="false"[\s\S]*value="false"/);
  assert.match(switchOf(after.body, "refuses"), /aria-checked="true"[\s\S]*value="true"/);
});

test("half a form, or one that is none of ours, refuses nothing", async () => {
  const { app, source } = startPhone();

  for (const fields of [
    { appid: SHOP.appid, refusal: "blocks" },
    { appid: SHOP.appid, refusal: "follows", refuses: "true" },
    { appid: SHOP.appid, refuses: "true" },
    { appid: "wxffffffffffffffff", refusal: "blocks", refuses: "true" },
  ]) {
    const { statusCode } = await app.inject(postForm("/phone/li/refusals", fields));

    assert.equal(statusCode, 400);
  }
  assert.deepEqual(source.findPerson("li")?.blocks, []);
  assert.deepEqual(source.findPerson("li")?.refuses, []);
});

test("the page offers to follow an account and comes back; an app is not followed", async () => {
  const { app } = startPhone();

  const account = await app.inject(PAGE);
  const followed = await app.inject(
    postForm("/phone/li/follows", { appid: SHOP.appid, follows: "true", page: "account" }),
  );
  const radio = await app.inject(`/phone/li/accounts/${RADIO.appid}`);
  const none = await app.inject("/phone/li/accounts/wxffffffffffffffff");

  assert.match(account.body, /name="page" value="account"[\s\S]*data-testid="follow-button"/);
  assert.equal(followed.headers.location, PAGE);
  assert.equal(radio.statusCode, 200);
  assert.doesNotMatch(radio.body, /follow-button/);
  assert.equal(none.statusCode, 404);
});

test("a chat, a card in Service Notifications and the list of accounts lead to an account's page", async () => {
  const { app, source } = startPhone();
  source.deliver("li", { placement: "service_notification" });

  for (const page of ["accounts", "service-notifications", `chats/${SHOP.appid}`]) {
    const { body } = await app.inject(`/phone/li/${page}`);

    assert.ok(body.includes(`href="${PAGE}"`), page);
  }
});

function switchOf(body: string, refusal: string): string {
  return new RegExp(`<button[^>]*id="switch-${refusal}"[^>]*>`).exec(body)?.[0] ?? "";
}
