import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConfirmPageView, renderConfirmPage } from "../../src/pages/confirm-page.ts";

const VIEW: ConfirmPageView = {
  account: { appid: "wxaba38c7f163da69b", name: "一次示例号" },
  person: { id: "zhang", name: "张三" },
  scene: 1000,
  templateId: "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
  query: "action=get_confirm&scene=1000&redirect_url=http%3a%2f%2fsupport.qq.com",
  formToken: "token-1",
  actionPath: "/mp/subscribemsg",
  fragmentLost: {
    check: "wechat_redirect_is_there",
    pageText: "应用访问参数错误",
    hint: { zh: "没有片段", en: "No fragment." },
  },
};

test("the confirm page says who asks, who answers, and that it is for one message only", () => {
  const page = renderConfirmPage(VIEW).text;

  assert.match(page, /data-testid="account-name">一次示例号</);
  assert.match(page, /以 <strong data-testid="person-name">张三<\/strong> 的身份/);
  assert.match(page, /1 条消息，仅此一条/);
  assert.match(page, /one message and no\s+more/);
  assert.match(page, /沙箱，并非微信/);
});

test("the confirm page offers the two decisions, as buttons of one form that is posted", () => {
  const page = renderConfirmPage(VIEW).text;

  assert.match(page, /<form[^>]* method="post" action="\/mp\/subscribemsg"/);
  assert.match(
    page,
    /name="action"\s+value="confirm"\s+data-testid="confirm-button"\s*>\s*确认接收/,
  );
  assert.match(page, /name="action"\s+value="cancel"\s+data-testid="cancel-button"\s*>\s*取消/);
});

test("the confirm page posts the link's query back unchanged, with the form's token", () => {
  const page = renderConfirmPage(VIEW).text;

  const query = /name="query" value="([^"]*)"/.exec(page)?.[1];
  assert.equal(query?.replaceAll("&amp;", "&"), VIEW.query);
  assert.match(page, /name="form_token" value="token-1"/);
});

test("the confirm page holds the error that its script shows where the fragment was lost", () => {
  const page = renderConfirmPage(VIEW).text;

  const lost = /<template id="fragment-lost" data-title="应用访问参数错误">([^]*)<\/template>/.exec(
    page,
  );
  assert.match(lost?.[1] ?? "", /data-check="wechat_redirect_is_there"/);
  assert.match(page, /<script src="\/assets\/fragment-[0-9a-f]+\.js" defer><\/script>/);
});

test("nothing that a link, an account or a person is called can become markup of the confirm page", () => {
  const hostile = `"><script>alert('x')</script>`;

  const page = renderConfirmPage({
    ...VIEW,
    account: { appid: hostile, name: hostile },
    person: { id: hostile, name: hostile },
    templateId: hostile,
    query: hostile,
    formToken: hostile,
    actionPath: hostile,
  }).text;

  assert.doesNotMatch(page, /<script>/);
  assert.ok(page.includes("&lt;script&gt;"));
});
