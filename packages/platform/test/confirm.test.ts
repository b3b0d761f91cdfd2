import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { type Answer, APPID, buildLink, openSandbox, type Sandbox } from "./sandbox.ts";

const ARGUMENTS_WRONG = "应用访问参数错误";
const TEMPLATE_WRONG = "模板id出错";
const DOMAIN_ILLEGAL = "应用跳转的域名非法";

interface BadLink {
  readonly name: string;
  readonly link: Readonly<Record<string, string | undefined>>;
  readonly check: string;
  readonly pageText: string;
  /** Of the hint for developers. */
  readonly hint: RegExp;
}

const BAD_LINKS: readonly BadLink[] = [
  {
    name: "action is another",
    link: { action: "get" },
    check: "action_is_get_confirm",
    pageText: ARGUMENTS_WRONG,
    hint: /the link has “get”/,
  },
  {
    name: "action is missing",
    link: { action: undefined },
    check: "action_is_get_confirm",
    pageText: ARGUMENTS_WRONG,
    hint: /the link has none/,
  },
  {
    name: "appid is missing",
    link: { appid: undefined },
    check: "account_exists",
    pageText: ARGUMENTS_WRONG,
    hint: /There is no appid/,
  },
  {
    name: "appid is none",
    link: { appid: "WXABA38C7F163DA69B" },
    check: "account_exists",
    pageText: ARGUMENTS_WRONG,
    hint: /lower-case hexadecimal/,
  },
  {
    name: "appid is nobody's",
    link: { appid: "wx0000000000000000" },
    check: "account_exists",
    pageText: ARGUMENTS_WRONG,
    hint: /no account wx0000000000000000/,
  },
  {
    name: "scene is missing",
    link: { scene: undefined },
    check: "scene_is_in_range",
    pageText: ARGUMENTS_WRONG,
    hint: /the link has none/,
  },
  {
    name: "scene is out of range",
    link: { scene: "10001" },
    check: "scene_is_in_range",
    pageText: ARGUMENTS_WRONG,
    hint: /from 0 to 10000; the link has “10001”/,
  },
  {
    name: "scene is no integer",
    link: { scene: "-1" },
    check: "scene_is_in_range",
    pageText: ARGUMENTS_WRONG,
    hint: /belongs into reserved/,
  },
  {
    name: "template_id is missing",
    link: { template_id: undefined },
    check: "template_belongs_to_account",
    pageText: TEMPLATE_WRONG,
    hint: /There is no template_id/,
  },
  {
    name: "template_id is of another feature",
    link: { template_id: "another" },
    check: "template_belongs_to_account",
    pageText: TEMPLATE_WRONG,
    hint: /订阅通知 or of template messages/,
  },
  {
    name: "redirect_url is missing",
    link: { redirect_url: undefined },
    check: "redirect_url_is_given",
    pageText: DOMAIN_ILLEGAL,
    hint: /There is no redirect_url/,
  },
  {
    name: "redirect_url is spelled redirect_uri",
    link: { redirect_url: undefined, redirect_uri: "http://localhost/" },
    check: "redirect_url_is_given",
    pageText: DOMAIN_ILLEGAL,
    hint: /misnamed redirect_uri/,
  },
  {
    name: "redirect_url is encoded twice",
    link: { redirect_url: encodeURIComponent("http://localhost/") },
    check: "redirect_url_is_absolute",
    pageText: DOMAIN_ILLEGAL,
    hint: /encoded twice/,
  },
  {
    name: "redirect_url is a path",
    link: { redirect_url: "/back" },
    check: "redirect_url_is_absolute",
    pageText: DOMAIN_ILLEGAL,
    hint: /begins with http/,
  },
  {
    name: "redirect_url is a script",
    link: { redirect_url: "javascript://localhost/%0aalert(1)" },
    check: "redirect_url_is_absolute",
    pageText: DOMAIN_ILLEGAL,
    hint: /begins with http/,
  },
  {
    name: "redirect_url has a line break",
    link: { redirect_url: "http://localhost/\r\nset-cookie: a=b" },
    check: "redirect_url_is_absolute",
    pageText: DOMAIN_ILLEGAL,
    hint: /begins with http/,
  },
  {
    name: "redirect_url has a backslash before another host",
    link: { redirect_url: "http://localhost\\@evil.example/" },
    check: "redirect_url_is_absolute",
    pageText: DOMAIN_ILLEGAL,
    hint: /backslashes/,
  },
  {
    name: "redirect_url has a user name that looks like the host",
    link: { redirect_url: "http://localhost@evil.example/" },
    check: "redirect_url_names_nobody",
    pageText: DOMAIN_ILLEGAL,
    hint: /user name before its host/,
  },
  {
    name: "redirect_url is on another host",
    link: { redirect_url: "https://evil.example/" },
    check: "redirect_url_is_on_business_domain",
    pageText: DOMAIN_ILLEGAL,
    hint: /Registered are support.qq.com, localhost, 127.0.0.1/,
  },
  {
    name: "redirect_url is on a sub-domain",
    link: { redirect_url: "https://www.support.qq.com/" },
    check: "redirect_url_is_on_business_domain",
    pageText: DOMAIN_ILLEGAL,
    hint: /exactly one of them/,
  },
];

for (const { name, link, check, pageText, hint } of BAD_LINKS) {
  test(`a link is refused when ${name}, on the page and by the control API alike`, async (t) => {
    const { ask, platform } = await openSandbox(t);

    const page = await ask(buildLink(link), { headers: { cookie: "yici_person=zhang" } });
    const decision = await platform.control.decide({
      authorizeLink: buildLink(link),
      person: "zhang",
      action: "confirm",
    });

    assert.ok(decision.kind === "refused");
    assert.deepEqual([decision.check, decision.pageText], [check, pageText]);
    assert.match(decision.hint.en, hint);
    assert.ok(decision.hint.zh);
    assert.equal(page.status, 200);
    assert.match(page.text, new RegExp(`data-check="${check}"`));
    assert.match(page.text, new RegExp(pageText));
    assert.deepEqual(await platform.control.listGrants(), []);
  });
}

test("an account that is not certified cannot ask", async (t) => {
  const { platform } = await openSandbox(t);
  await platform.control.changeAccount(APPID, { isCertified: false });

  const decision = await platform.control.decide({
    authorizeLink: buildLink(),
    person: "zhang",
    action: "confirm",
  });

  assert.ok(decision.kind === "refused");
  assert.deepEqual([decision.check, decision.pageText], ["account_is_certified", ARGUMENTS_WRONG]);
});

for (const standing of ["capability_blocked", "restricted", "frozen"] as const) {
  test(`an account whose standing is ${standing} cannot ask`, async (t) => {
    const { platform } = await openSandbox(t);
    await platform.control.changeAccount(APPID, { standing });

    const decision = await platform.control.decide({
      authorizeLink: buildLink(),
      person: "zhang",
      action: "confirm",
    });

    assert.ok(decision.kind === "refused");
    assert.deepEqual(
      [decision.check, decision.pageText],
      ["account_is_in_good_standing", ARGUMENTS_WRONG],
    );
  });
}

test("a template of another account is named as such", async (t) => {
  const { platform } = await openSandbox(t);
  const other = await platform.control.addAccount({ name: "另一个号" });

  const decision = await platform.control.decide({
    authorizeLink: buildLink({ template_id: other.templateId }),
    person: "zhang",
    action: "confirm",
  });

  assert.ok(decision.kind === "refused");
  assert.match(decision.hint.en, new RegExp(`another account, ${other.appid}`));
});

test("a whole link without #wechat_redirect is refused; a server that sees no fragment cannot know", async (t) => {
  const { platform, ask } = await openSandbox(t);
  const link = buildLink().replace("#wechat_redirect", "");

  const decision = await platform.control.decide({
    authorizeLink: link,
    person: "zhang",
    action: "confirm",
  });
  const page = await ask(link, { headers: { cookie: "yici_person=zhang" } });

  assert.ok(decision.kind === "refused");
  assert.equal(decision.check, "wechat_redirect_is_there");
  assert.match(page.text, /data-testid="confirm-page"/);
});

test("an app's link leads back to the app's own scheme and nowhere else", async (t) => {
  const { platform } = await openSandbox(t);
  await platform.control.changeAccount(APPID, { kind: "mobile_app" });
  const decide = (redirectUrl: string) =>
    platform.control.decide({
      authorizeLink: buildLink({ redirect_url: redirectUrl, reserved: "null" }),
      person: "zhang",
      action: "cancel",
    });

  const own = await decide(`${APPID}://`);
  const others = await decide("http://localhost/");

  assert.deepEqual(own, {
    kind: "redirected",
    location: `${APPID}://?template_id=${DEMO_ACCOUNT.templateId}&action=cancel&reserved=null&scene=1000`,
  });
  assert.equal(others.kind, "refused");
});

/** A browser, as far as a person's decision needs one: it keeps cookies and fills in forms. */
class Browser {
  readonly #sandbox: Sandbox;
  readonly #cookies = new Map<string, string>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  open(path: string): Promise<Answer> {
    return this.#ask(path, {});
  }

  /** Posts the page's form, with `fields` besides what it hides. */
  submit(page: Answer, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1];
    assert.ok(action);
    const form = new URLSearchParams(readHidden(page.text));
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return this.#ask(action, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
  }

  async #ask(
    path: string,
    question: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await this.#sandbox.ask(path, {
      ...question,
      headers: { ...question.headers, ...(cookie !== "" && { cookie }) },
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return answer;
  }
}

function readHidden(text: string): [string, string][] {
  const inputs = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)" \/>/g);
  return [...inputs].map(([, name = "", value = ""]) => [name, value.replaceAll("&amp;", "&")]);
}

test("a browser that is nobody is asked who it is, goes back to the link, and decides", async (t) => {
  const sandbox = await openSandbox(t);
  const browser = new Browser(sandbox);

  const who = await browser.open(buildLink());
  const chosen = await browser.submit(who, { person: "li" });
  const question = await browser.open(String(chosen.headers["location"]));
  const back = await browser.submit(question, { action: "confirm" });

  assert.match(who.text, /data-testid="who-are-you-page"/);
  assert.equal(chosen.status, 303);
  assert.equal(chosen.headers["location"], buildLink());
  assert.match(question.text, /李四/);
  assert.equal(back.status, 302);
  const [grant] = await sandbox.platform.control.listGrants();
  assert.equal(
    back.headers["location"],
    `http://localhost/back?openid=${grant?.openid}&template_id=${DEMO_ACCOUNT.templateId}&action=confirm&reserved=test&scene=1000`,
  );
  assert.deepEqual([grant?.person, grant?.state], ["li", "granted"]);
});

test("cancelling leads back without an openid and leaves the ledger empty", async (t) => {
  const sandbox = await openSandbox(t);
  const browser = new Browser(sandbox);
  const who = await browser.open(buildLink());
  await browser.submit(who, { person: "li" });
  const question = await browser.open(buildLink());

  const back = await browser.submit(question, { action: "cancel" });

  assert.equal(
    back.headers["location"],
    `http://localhost/back?template_id=${DEMO_ACCOUNT.templateId}&action=cancel&reserved=test&scene=1000`,
  );
  assert.deepEqual(await sandbox.platform.control.listGrants(), []);
});

async function openQuestion(browser: Browser): Promise<Answer> {
  const who = await browser.open(buildLink());
  await browser.submit(who, { person: "zhang" });
  return browser.open(buildLink());
}

test("a decision is checked again: a link changed in the form leads nowhere", async (t) => {
  const sandbox = await openSandbox(t);
  const browser = new Browser(sandbox);
  const question = await openQuestion(browser);
  const query = buildLink({ redirect_url: "https://evil.example/" }).split(/[?#]/)[1] ?? "";

  const answer = await browser.submit(question, { action: "confirm", query });

  assert.equal(answer.status, 200);
  assert.equal(answer.headers["location"], undefined);
  assert.match(answer.text, /data-check="redirect_url_is_on_business_domain"/);
  assert.deepEqual(await sandbox.platform.control.listGrants(), []);
});

test("a form that another site made up decides nothing", async (t) => {
  const sandbox = await openSandbox(t);
  const victim = new Browser(sandbox);
  await openQuestion(victim);
  const attacker = new Browser(sandbox);
  const question = await openQuestion(attacker);

  const answers = [
    await victim.submit(question, { action: "confirm" }),
    await victim.submit(question, { action: "confirm", form_token: "" }),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [403, 403],
  );
  assert.deepEqual(await sandbox.platform.control.listGrants(), []);
});

test("the question put to one person is not answered by another, whom the browser has become since", async (t) => {
  const sandbox = await openSandbox(t);
  const browser = new Browser(sandbox);
  const question = await openQuestion(browser);
  await browser.open("/phone/li");

  const answer = await browser.submit(question, { action: "confirm" });

  assert.equal(browser.cookies.get("yici_person"), "li");
  assert.equal(answer.status, 403);
  assert.deepEqual(await sandbox.platform.control.listGrants(), []);
});

test("who-are-you goes back to a link of this platform only", async (t) => {
  const sandbox = await openSandbox(t);
  const browser = new Browser(sandbox);
  const who = await browser.open(buildLink());

  const answers = [];
  for (const target of [
    "https://evil.example/",
    "//evil.example/mp/subscribemsg?",
    "/phone",
    "/mp/subscribemsg.evil",
    "/mp/subscribemsg?a\r\nb: c",
  ]) {
    answers.push(await browser.submit(who, { person: "li", return_to: target }));
  }

  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers["location"]]),
    answers.map(() => [403, undefined]),
  );
});

test("no page of the confirm flow may be framed or kept", async (t) => {
  const sandbox = await openSandbox(t);
  const browser = new Browser(sandbox);
  const pages = [await browser.open("/mp/subscribemsg"), await browser.open(buildLink())];
  await browser.submit(pages[1] ?? assert.fail(), { person: "li" });
  pages.push(await browser.open(buildLink()));

  for (const { headers } of pages) {
    assert.equal(headers["x-frame-options"], "DENY");
    assert.equal(headers["cache-control"], "no-store");
    assert.match(String(headers["content-security-policy"]), /frame-ancestors 'none'/);
  }
});

test("the document's own sample link opens, for its own host", async (t) => {
  const { platform } = await openSandbox(t);

  const decision = await platform.control.decide({
    authorizeLink:
      "https://mp.weixin.qq.com/mp/subscribemsg?action=get_confirm&appid=wxaba38c7f163da69b&scene=1000&template_id=1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc&redirect_url=http%3a%2f%2fsupport.qq.com&reserved=test#wechat_redirect",
    person: "zhang",
    action: "cancel",
  });

  assert.deepEqual(decision, {
    kind: "redirected",
    location:
      "http://support.qq.com/?template_id=1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc&action=cancel&reserved=test&scene=1000",
  });
});

test("business domains are compared without port, in their ASCII form", async (t) => {
  const { platform } = await openSandbox(t);
  await platform.control.changeAccount(APPID, { businessDomains: ["例子.CN", "localhost"] });
  const decide = (redirectUrl: string) =>
    platform.control.decide({
      authorizeLink: buildLink({ redirect_url: redirectUrl }),
      person: "zhang",
      action: "cancel",
    });

  const kinds = [];
  for (const url of [
    "https://xn--fsqu00a.cn/a",
    "https://例子.cn:8443/",
    "http://LOCALHOST:8170/cb",
  ]) {
    kinds.push((await decide(url)).kind);
  }

  assert.deepEqual(kinds, ["redirected", "redirected", "redirected"]);
});
