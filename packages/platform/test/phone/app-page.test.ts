import assert from "node:assert/strict";
import { test } from "node:test";
import { RADIO, SHOP } from "./memory-phone-source.ts";
import { postForm, startPhone } from "./start-phone.ts";

const REQUEST = { appid: RADIO.appid, scene: "1000", template_id: "T1", reserved: "hello" };
const SCREEN = `/phone/li/apps/${RADIO.appid}`;

test("an app's request opens WeChat's confirm page, as the real client does", async () => {
  const { app } = startPhone();

  const answer = await app.inject(postForm("/phone/li/app-requests", REQUEST));

  assert.equal(answer.statusCode, 303);
  assert.equal(
    answer.headers.location,
    "/mp/subscribemsg?action=get_confirm&scene=1000&template_id=T1&reserved=hello" +
      `&appid=${RADIO.appid}&redirect_url=${RADIO.appid}%3A%2F%2F#wechat_redirect`,
  );
  assert.match(String(answer.headers["set-cookie"]), /^yici_person=li;/);
});

test("an app that gives no reserved sends the text null", async () => {
  const { app } = startPhone();

  const answer = await app.inject(postForm("/phone/li/app-requests", { ...REQUEST, reserved: "" }));

  assert.match(String(answer.headers.location), /&reserved=null&/);
});

test("what the SDK would not send is not sent, and the app's screen says for which field", async () => {
  const { app } = startPhone();

  for (const [field, value] of [
    ["scene", "10001"],
    ["scene", "one"],
    ["template_id", ""],
    ["reserved", "x".repeat(1_025)],
  ] as const) {
    const answer = await app.inject(
      postForm("/phone/li/app-requests", { ...REQUEST, [field]: value }),
    );
    assert.equal(answer.headers.location, `${SCREEN}?problem=${field}`);

    const { body } = await app.inject(`${SCREEN}?problem=${field}`);
    assert.match(body, new RegExp(`name="${field}"[^>]*aria-describedby="app-problem"`));
    assert.match(body, /role="alert" data-testid="app-problem"/);
  }
});

test("only an app asks through the SDK, and only an app has a screen", async () => {
  const { app } = startPhone();

  const asked = await app.inject(
    postForm("/phone/li/app-requests", { ...REQUEST, appid: SHOP.appid }),
  );
  const looked = await app.inject(`/phone/li/apps/${SHOP.appid}`);
  const nobodys = await app.inject(postForm("/phone/li/app-requests", { ...REQUEST, appid: "" }));

  assert.equal(asked.statusCode, 400);
  assert.equal(looked.statusCode, 404);
  assert.equal(nobodys.statusCode, 400);
});

test("an app's screen shows what it was told, as text, in both spellings", async () => {
  const { app } = startPhone();

  const { body } = await app.inject(
    `${SCREEN}?template_id=T1&action=cancel&reserved=%3Cb%3E&scene=7`,
  );

  assert.match(body, /data-testid="app-answer" data-action="cancel"/);
  assert.match(
    body,
    /data-testid="app-android-response">\{[\s\S]*&quot;openId&quot;: null,\s*&quot;templateID&quot;: &quot;T1&quot;,\s*&quot;scene&quot;: 7,/,
  );
  assert.match(body, /data-testid="app-ios-response">\{[\s\S]*&quot;templateId&quot;/);
  assert.match(body, /&quot;reserved&quot;: &quot;&lt;b&gt;&quot;/);
});

test("an app is opened and not followed", async () => {
  const { app, source } = startPhone();

  const { body } = await app.inject("/phone/li/accounts");
  const followed = await app.inject(
    postForm("/phone/li/follows", { appid: RADIO.appid, follows: "true" }),
  );

  assert.match(body, new RegExp(`href="${SCREEN}"\\s+data-testid="app-entry"`));
  assert.doesNotMatch(body, new RegExp(`id="follow-${RADIO.appid}"`));
  assert.equal(followed.statusCode, 400);
  assert.deepEqual(source.findPerson("li")?.follows, []);
});
