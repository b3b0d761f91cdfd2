import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { readWords } from "./find-form.ts";
import type { DecisionJson } from "./flow-json.ts";
import { APPID, type FlowScene, openFlow, SCENE } from "./flow-scene.ts";
import { must } from "./must.ts";

const ARGUMENTS_WRONG = "应用访问参数错误";
const TEMPLATE_WRONG = "模板id出错";
const DOMAIN_ILLEGAL = "应用跳转的域名非法";

/** One mistake in a link, or in the account, and how WeChat and the hint below it put it. */
interface Mistake {
  readonly what: string;
  readonly check: string;
  readonly pageText: string;
  /** What the developer is told. */
  readonly hint: RegExp;
  /** Spoils the link. */
  readonly spoil?: (parameters: URLSearchParams) => void;
  /** Spoils the account. */
  readonly change?: Readonly<Record<string, unknown>>;
}

const MISTAKES: readonly Mistake[] = [
  {
    what: "another action than get_confirm",
    check: "action_is_get_confirm",
    pageText: ARGUMENTS_WRONG,
    hint: /action must be get_confirm; the link has “confirm”/,
    spoil: (parameters) => parameters.set("action", "confirm"),
  },
  {
    what: "no action",
    check: "action_is_get_confirm",
    pageText: ARGUMENTS_WRONG,
    hint: /the link has none/,
    spoil: (parameters) => parameters.delete("action"),
  },
  {
    what: "the appid of nobody",
    check: "account_exists",
    pageText: ARGUMENTS_WRONG,
    hint: /This platform has no account wx00000000000000ff/,
    spoil: (parameters) => parameters.set("appid", "wx00000000000000ff"),
  },
  {
    what: "no appid",
    check: "account_exists",
    pageText: ARGUMENTS_WRONG,
    hint: /There is no appid/,
    spoil: (parameters) => parameters.delete("appid"),
  },
  {
    what: "an account that is not certified",
    check: "account_is_certified",
    pageText: ARGUMENTS_WRONG,
    hint: /The account is not certified/,
    change: { is_certified: false },
  },
  {
    what: "a scene above 10000",
    check: "scene_is_in_range",
    pageText: ARGUMENTS_WRONG,
    hint: /scene must be an integer from 0 to 10000; the link has “10001”/,
    spoil: (parameters) => parameters.set("scene", "10001"),
  },
  {
    what: "a scene that is no integer",
    check: "scene_is_in_range",
    pageText: ARGUMENTS_WRONG,
    hint: /the link has “order-7”/,
    spoil: (parameters) => parameters.set("scene", "order-7"),
  },
  {
    what: "no scene",
    check: "scene_is_in_range",
    pageText: ARGUMENTS_WRONG,
    hint: /the link has none/,
    spoil: (parameters) => parameters.delete("scene"),
  },
  {
    what: "a template of another capability",
    check: "template_belongs_to_account",
    pageText: TEMPLATE_WRONG,
    hint: /not the account's one template of this capability/,
    spoil: (parameters) => parameters.set("template_id", "another-template"),
  },
  {
    what: "no template_id",
    check: "template_belongs_to_account",
    pageText: TEMPLATE_WRONG,
    hint: /There is no template_id/,
    spoil: (parameters) => parameters.delete("template_id"),
  },
  {
    what: "redirect_uri instead of redirect_url",
    check: "redirect_url_is_given",
    pageText: DOMAIN_ILLEGAL,
    hint: /misnamed redirect_uri/,
    spoil: (parameters) => {
      parameters.set("redirect_uri", must(parameters.get("redirect_url")));
      parameters.delete("redirect_url");
    },
  },
  {
    what: "no redirect_url",
    check: "redirect_url_is_given",
    pageText: DOMAIN_ILLEGAL,
    hint: /There is no redirect_url/,
    spoil: (parameters) => parameters.delete("redirect_url"),
  },
  {
    what: "a redirect_url that was encoded twice",
    check: "redirect_url_is_absolute",
    pageText: DOMAIN_ILLEGAL,
    hint: /encoded twice/,
    spoil: (parameters) =>
      parameters.set("redirect_url", encodeURIComponent(must(parameters.get("redirect_url")))),
  },
  {
    what: "a redirect_url without scheme",
    check: "redirect_url_is_absolute",
    pageText: DOMAIN_ILLEGAL,
    hint: /must be a whole address/,
    spoil: (parameters) => parameters.set("redirect_url", "support.qq.com/back"),
  },
  {
    what: "a user name before the redirect_url's host",
    check: "redirect_url_names_nobody",
    pageText: DOMAIN_ILLEGAL,
    hint: /a user name before its host/,
    spoil: (parameters) => parameters.set("redirect_url", "https://support.qq.com@evil.example/"),
  },
  {
    what: "a redirect_url on a host that is not registered",
    check: "redirect_url_is_on_business_domain",
    pageText: DOMAIN_ILLEGAL,
    hint: /evil\.example is not a business domain of this account\. Registered are support\.qq\.com/,
    spoil: (parameters) => parameters.set("redirect_url", "https://evil.example/"),
  },
  {
    what: "a redirect_url on a sub-domain of a registered host",
    check: "redirect_url_is_on_business_domain",
    pageText: DOMAIN_ILLEGAL,
    hint: /the host must be exactly one of them/,
    spoil: (parameters) => parameters.set("redirect_url", "https://a.support.qq.com/"),
  },
  {
    what: "an account that has registered no business domain",
    check: "redirect_url_is_on_business_domain",
    pageText: DOMAIN_ILLEGAL,
    hint: /which has registered none/,
    change: { business_domains: [] },
  },
];

describe("the confirm page refuses and sends nobody anywhere", () => {
  for (const { what, check, pageText, hint, spoil, change } of MISTAKES) {
    test(`${what}: ${check}`, async () => {
      await using flow = await openFlow();
      const browser = flow.openBrowser();
      const link = new URL(await flow.enter(browser));
      if (change !== undefined) await flow.control("PATCH", `/accounts/${APPID}`, change);
      spoil?.(link.searchParams);

      const page = await browser.open(link.href);

      assert.deepEqual([page.status, page.hops.length], [200, 1]);
      const words = readWords(page.text);
      assert.ok(words.startsWith(`${pageText} `), words);
      assert.match(words, hint);
      assert.match(words, new RegExp(`Check ${check}\\b`));
    });

    test(`${what}: a decision is refused like the page, and grants nothing`, async () => {
      await using flow = await openFlow();
      const link = new URL(await flow.enter(flow.openBrowser()));
      if (change !== undefined) await flow.control("PATCH", `/accounts/${APPID}`, change);
      spoil?.(link.searchParams);

      const decision = await tryToConfirm(flow, link.href);

      assert.deepEqual(
        [decision.kind, decision.check, decision.page_text],
        ["refused", check, pageText],
      );
      assert.match(decision.hint.en, hint);
      assert.deepEqual(await flow.control("GET", "/grants"), { items: [] });
    });
  }

  test("a link without #wechat_redirect, where its end can be seen", async () => {
    await using flow = await openFlow();
    const link = await flow.enter(flow.openBrowser());

    const decision = await tryToConfirm(flow, link.replace("#wechat_redirect", ""));

    assert.deepEqual([decision.kind, decision.check], ["refused", "wechat_redirect_is_there"]);
    assert.deepEqual(await flow.control("GET", "/grants"), { items: [] });
  });

  test("an account that lost its certification while the person was looking", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    const asked = await browser.open(await flow.entryOf(SCENE));
    const page = await browser.press(asked, {
      "data-testid": "person-choice",
      "data-person": "zhang",
    });
    await flow.control("PATCH", `/accounts/${APPID}`, { is_certified: false });

    const answered = await browser.press(page, { "data-testid": "confirm-button" });

    assert.equal(answered.hops.length, 1);
    assert.match(readWords(answered.text), /Check account_is_certified\b/);
    assert.deepEqual(await flow.control("GET", "/grants"), { items: [] });
  });
});

describe("the confirm page lets through what the document allows", () => {
  const LINKS: readonly {
    readonly what: string;
    readonly change: (parameters: URLSearchParams) => void;
    readonly leadsTo: string;
  }[] = [
    {
      what: "scene 0",
      change: (parameters) => parameters.set("scene", "0"),
      leadsTo: "http://support.qq.com/?openid=",
    },
    {
      what: "scene 10000",
      change: (parameters) => parameters.set("scene", "10000"),
      leadsTo: "http://support.qq.com/?openid=",
    },
    {
      what: "no reserved",
      change: (parameters) => parameters.delete("reserved"),
      leadsTo: "http://support.qq.com/?openid=",
    },
    {
      what: "a redirect_url with a path and a query of its own on a registered host",
      change: (parameters) => parameters.set("redirect_url", "https://support.qq.com/a/b?i=2"),
      leadsTo: "https://support.qq.com/a/b?i=2&openid=",
    },
  ];
  for (const { what, change, leadsTo } of LINKS) {
    test(what, async () => {
      await using flow = await openFlow();
      const link = new URL(SAMPLE_LINK);
      change(link.searchParams);

      const location = await flow.decide(link.href);

      assert.ok(location.startsWith(leadsTo), location);
    });
  }
});

test("a business domain cannot be registered with a path", async () => {
  await using flow = await openFlow();

  const { status, text } = await flow.ask(
    "PATCH",
    `${flow.platform.url}/control/v1/accounts/${APPID}`,
    {
      body: { business_domains: ["support.qq.com", "support.qq.com/pay"] },
    },
  );

  assert.equal(status, 400);
  assert.match(text, /"path":"\/business_domains\/1"/);
});

test("the document's own sample link leads a person who confirms to its redirect_url, with its reserved", async () => {
  await using flow = await openFlow();

  const location = await flow.decide(SAMPLE_LINK);

  const openid = await flow.openidOf("zhang");
  assert.equal(
    location,
    `http://support.qq.com/?openid=${openid}&template_id=${DEMO_ACCOUNT.templateId}&action=confirm&reserved=test&scene=1000`,
  );
});

test("the document's own sample link leads a person who cancels back without an openid", async () => {
  await using flow = await openFlow();

  const location = await flow.decide(SAMPLE_LINK, { action: "cancel" });

  assert.equal(
    location,
    `http://support.qq.com/?template_id=${DEMO_ACCOUNT.templateId}&action=cancel&reserved=test&scene=1000`,
  );
});

/** Byte for byte as the document prints it. */
const SAMPLE_LINK =
  "https://mp.weixin.qq.com/mp/subscribemsg?action=get_confirm&appid=wxaba38c7f163da69b&scene=1000&template_id=1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc&redirect_url=http%3a%2f%2fsupport.qq.com&reserved=test#wechat_redirect";

function tryToConfirm(flow: FlowScene, link: string): Promise<DecisionJson> {
  const body = { authorize_link: link, person: "zhang", action: "confirm" };
  return flow.control<DecisionJson>("POST", "/decisions", body);
}
