import assert from "node:assert/strict";
import { test } from "node:test";
import { renderWhoAreYouPage } from "../../src/pages/who-are-you-page.ts";

const VIEW = {
  people: [
    { id: "zhang", name: "张三", follows: true },
    { id: "li", name: "李四", follows: false },
  ],
  returnTo: "/mp/subscribemsg?action=get_confirm&scene=7",
  actionPath: "/mp/person",
  formToken: "token-1",
};

test("each person can be chosen, and it shows who follows the account", () => {
  const page = renderWhoAreYouPage(VIEW).text;

  const [, zhang = "", li = ""] = page.split(/name="person"/);
  assert.match(zhang, /value="zhang"[\s\S]*张三[\s\S]*已关注/);
  assert.match(li, /value="li"[\s\S]*李四[\s\S]*未关注/);
  assert.match(page, /<form[^>]* method="post" action="\/mp\/person"/);
});

test("the choice carries the form's token and where to go on, unchanged", () => {
  const page = renderWhoAreYouPage(VIEW).text;

  const returnTo = /name="return_to" value="([^"]*)"/.exec(page)?.[1];
  assert.equal(returnTo?.replaceAll("&amp;", "&"), VIEW.returnTo);
  assert.match(page, /name="form_token" value="token-1"/);
});

test("where there is nobody the page says how to make somebody", () => {
  const page = renderWhoAreYouPage({ ...VIEW, people: [] }).text;

  assert.match(page, /data-testid="empty-state"/);
  assert.match(page, /POST \/control\/v1\/people/);
  assert.doesNotMatch(page, /<form/);
});

test("a person's name stays text", () => {
  const page = renderWhoAreYouPage({
    ...VIEW,
    people: [{ id: '"><script>', name: "<script>", follows: false }],
  }).text;

  assert.doesNotMatch(page, /<script/);
});
