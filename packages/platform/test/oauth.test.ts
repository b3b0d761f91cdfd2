import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountPatch, DEMO_ACCOUNT } from "@yici/platform";
import {
  APPID,
  confirm,
  makeBody,
  openSandbox,
  readErrcode,
  readToken,
  type Sandbox,
  send,
} from "./sandbox.ts";

const ZHANG = { cookie: "yici_person=zhang" };

/** An OAuth link of the demo account; what is given replaces the usual, in its place. `undefined` leaves a parameter out. */
function buildOAuthLink(parameters: Readonly<Record<string, string | undefined>> = {}): string {
  const all = {
    appid: APPID,
    redirect_uri: "http://localhost/me",
    response_type: "code",
    scope: "snsapi_base",
    state: "s1",
    ...parameters,
  };
  const query = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `/connect/oauth2/authorize?${query.join("&")}#wechat_redirect`;
}

async function getCode({ ask }: Sandbox): Promise<string> {
  const { headers } = await ask(buildOAuthLink(), { headers: ZHANG });
  return new URL(String(headers["location"])).searchParams.get("code") ?? "";
}

function exchangePath(parameters: Readonly<Record<string, string | undefined>>): string {
  const all = {
    appid: APPID,
    secret: DEMO_ACCOUNT.secret,
    grant_type: "authorization_code",
    ...parameters,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined) query.set(name, value);
  }
  return `/sns/oauth2/access_token?${query.toString()}`;
}

test("somebody known comes back at once with a code, which becomes the openid of the confirm page", async (t) => {
  const sandbox = await openSandbox(t);
  await confirm(sandbox);

  const back = await sandbox.ask(buildOAuthLink(), { headers: ZHANG });
  const location = String(back.headers["location"]);
  const code = new URL(location).searchParams.get("code") ?? "";
  const reply = await sandbox.askJson(exchangePath({ code }));

  const [grant] = await sandbox.platform.control.listGrants();
  assert.equal(back.status, 302);
  assert.equal(location, `http://localhost/me?code=${code}&state=s1`);
  assert.match(code, /^[\w-]{32}$/);
  assert.ok(typeof reply === "object" && reply !== null && "refresh_token" in reply);
  assert.deepEqual(
    { ...reply, access_token: "", refresh_token: "" },
    {
      access_token: "",
      expires_in: 7200,
      refresh_token: "",
      openid: grant?.openid,
      scope: "snsapi_base",
    },
  );
});

test("a browser that is nobody is asked who it is, and then goes back to the OAuth link", async (t) => {
  const { ask } = await openSandbox(t);
  const who = await ask(buildOAuthLink());
  const cookie = String(who.headers["set-cookie"]).split(";")[0] ?? "";
  const hidden = [...who.text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const form = new URLSearchParams(
    hidden.map(([, name = "", value = ""]) => [name, value.replaceAll("&amp;", "&")]),
  );
  form.set("person", "li");

  const chosen = await ask("/mp/who", {
    method: "POST",
    headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });

  assert.match(who.text, /data-testid="who-are-you-page"/);
  assert.doesNotMatch(who.text, /fragment-lost/);
  assert.deepEqual([chosen.status, chosen.headers["location"]], [303, buildOAuthLink()]);
});

const RETURNS = [
  ["http://localhost", "http://localhost/?code=CODE&state=s1"],
  ["http://localhost/a?b=1", "http://localhost/a?b=1&code=CODE&state=s1"],
  ["http://localhost/#/x", "http://localhost/?code=CODE&state=s1#/x"],
] as const;

for (const [redirectUri, expected] of RETURNS) {
  test(`from OAuth one comes back to ${redirectUri} with the query before its fragment, which survives`, async (t) => {
    const { ask } = await openSandbox(t);

    const back = await ask(buildOAuthLink({ redirect_uri: redirectUri }), { headers: ZHANG });

    const location = String(back.headers["location"]);
    assert.equal(location.replace(/code=[\w-]+/, "code=CODE"), expected);
  });
}

test("a link without a state comes back with an empty one", async (t) => {
  const { ask } = await openSandbox(t);

  const back = await ask(buildOAuthLink({ state: undefined }), { headers: ZHANG });

  assert.match(String(back.headers["location"]), /^http:\/\/localhost\/me\?code=[\w-]+&state=$/);
});

test("what stands behind the documented parameters is not looked at", async (t) => {
  const { ask } = await openSandbox(t);
  const link = buildOAuthLink({ forcePopup: "true", connect_redirect: "1" });

  const back = await ask(link, { headers: ZHANG });

  assert.equal(back.status, 302);
});

interface BadLink {
  readonly what: string;
  readonly link: string;
  readonly check: string;
  readonly pageText: RegExp;
}

const SWAPPED = buildOAuthLink().replace(/(appid=\w+)&(redirect_uri=[^&]+)/, "$2&$1");

const BAD_LINKS: readonly BadLink[] = [
  {
    what: "whose parameters are in another order",
    link: SWAPPED,
    check: "parameters_are_in_order",
    pageText: /该链接无法访问/,
  },
  {
    what: "with a foreign parameter between them",
    link: buildOAuthLink().replace("&state", "&lang=zh&state"),
    check: "parameters_are_in_order",
    pageText: /该链接无法访问/,
  },
  {
    what: "with another response_type",
    link: buildOAuthLink({ response_type: "token" }),
    check: "parameters_are_in_order",
    pageText: /该链接无法访问/,
  },
  {
    what: "with an empty appid",
    link: buildOAuthLink({ appid: "" }),
    check: "appid_is_given",
    pageText: /10012/,
  },
  {
    what: "with an empty redirect_uri",
    link: buildOAuthLink({ redirect_uri: "" }),
    check: "redirect_uri_is_given",
    pageText: /10011/,
  },
  {
    what: "with an empty scope",
    link: buildOAuthLink({ scope: "" }),
    check: "scope_is_given",
    pageText: /10010/,
  },
  {
    what: "with an empty state",
    link: buildOAuthLink({ state: "" }),
    check: "state_is_not_empty",
    pageText: /10013/,
  },
  {
    what: "with the appid of nobody",
    link: buildOAuthLink({ appid: "wx0000000000000000" }),
    check: "account_exists",
    pageText: /AppID/,
  },
  {
    what: "that asks for more than who it is",
    link: buildOAuthLink({ scope: "snsapi_userinfo" }),
    check: "scope_is_base",
    pageText: /10005/,
  },
  ...[
    "https://evil.example/",
    "http://www.localhost/",
    "http://localhost@evil.example/",
    "http://somebody:secret@localhost/",
    "http://localhost\\@evil.example/",
    "javascript:alert(1)",
    "//evil.example",
    encodeURIComponent("http://localhost/"),
  ].map((target) => ({
    what: `that leads back to ${target}`,
    link: buildOAuthLink({ redirect_uri: target }),
    check: "redirect_uri_is_on_oauth_domain",
    pageText: /10003/,
  })),
];

for (const { what, link, check, pageText } of BAD_LINKS) {
  test(`an OAuth link ${what} ends in an error page and leads nowhere`, async (t) => {
    const { ask } = await openSandbox(t);

    const answer = await ask(link, { headers: ZHANG });

    assert.deepEqual([answer.status, answer.headers["location"]], [200, undefined]);
    assert.match(answer.text, new RegExp(`data-check="${check}"`));
    assert.match(/data-testid="error-text">([^<]*)</.exec(answer.text)?.[1] ?? "", pageText);
  });
}

interface AccountCase {
  readonly what: string;
  readonly change: AccountPatch;
  readonly check: string | undefined;
}

const ACCOUNTS: readonly AccountCase[] = [
  { what: "a service account", change: { kind: "service" }, check: undefined },
  { what: "a test account", change: { kind: "test" }, check: undefined },
  {
    what: "a subscription account",
    change: { kind: "subscription" },
    check: "account_has_permission",
  },
  {
    what: "an account that is not certified",
    change: { isCertified: false },
    check: "account_has_permission",
  },
  { what: "a mobile app", change: { kind: "mobile_app" }, check: "account_is_no_app" },
  { what: "a frozen account", change: { standing: "frozen" }, check: "account_is_not_banned" },
  {
    what: "a restricted account",
    change: { standing: "restricted" },
    check: "account_is_not_banned",
  },
  {
    what: "an account that may not send",
    change: { standing: "capability_blocked" },
    check: undefined,
  },
  {
    what: "an account without OAuth domains",
    change: { oauthDomains: [] },
    check: "redirect_uri_is_on_oauth_domain",
  },
  {
    what: "an account without business domains",
    change: { businessDomains: [] },
    check: undefined,
  },
];

for (const { what, change, check } of ACCOUNTS) {
  test(`what OAuth makes of ${what}: ${check ?? "a code"}`, async (t) => {
    const { ask, platform } = await openSandbox(t);
    await platform.control.changeAccount(APPID, change);

    const answer = await ask(buildOAuthLink(), { headers: ZHANG });

    assert.equal(/data-check="([^"]+)"/.exec(answer.text)?.[1], check);
  });
}

test("a test account knows its followers alone", async (t) => {
  const { ask, platform } = await openSandbox(t);
  await platform.control.changeAccount(APPID, { kind: "test" });

  const answer = await ask(buildOAuthLink(), { headers: { cookie: "yici_person=li" } });

  assert.match(answer.text, /10006/);
  assert.match(answer.text, /data-check="person_follows_test_account"/);
});

test("who visits more often than the account's quota allows is told 10009, until the next minute", async (t) => {
  const { ask, platform } = await openSandbox(t);
  await platform.control.changeAccount(APPID, {
    quotas: [{ endpoint: "/connect/oauth2/authorize", perMinute: 1 }],
  });
  const visit = () => ask(buildOAuthLink(), { headers: ZHANG });

  const answers = [await visit(), await visit()];
  await platform.control.advanceClock({ advanceMs: 60_000 });
  answers.push(await visit());

  assert.deepEqual(
    answers.map(({ text }) => /data-check="([^"]+)"/.exec(text)?.[1]),
    [undefined, "visits_are_within_quota", undefined],
  );
  assert.match(answers[1]?.text ?? "", /10009/);
});

test("an account that has not authorized the link's component, or no longer does, is told 10015", async (t) => {
  const { ask, platform } = await openSandbox(t);
  const component = await platform.control.addComponent({
    name: "第三方平台",
    url: "http://127.0.0.1:1/push",
    token: "token",
    encodingAesKey: "a".repeat(43),
  });
  const link = buildOAuthLink({ component_appid: component.appid });
  const visit = () => ask(link, { headers: ZHANG });

  const never = await visit();
  await platform.control.authorize(component.appid, { appid: APPID });
  const authorized = await visit();
  await platform.control.unauthorize(component.appid, { appid: APPID });
  const takenBack = await visit();

  assert.deepEqual(
    [never, authorized, takenBack].map(({ text }) => /data-check="([^"]+)"/.exec(text)?.[1]),
    ["component_is_authorized", undefined, "component_is_authorized"],
  );
  assert.match(never.text, /10015/);
  assert.equal(authorized.status, 302);
});

test("a strict platform's OAuth wants WeChat's browser, and a host that the real console takes", async (t) => {
  const { ask, platform } = await openSandbox(t, { strict: true });
  await platform.control.changeAccount(APPID, { oauthDomains: ["localhost", "shop.example"] });
  const inWechat = { ...ZHANG, "user-agent": "MicroMessenger/8.0" };
  const link = (redirectUri: string) => buildOAuthLink({ redirect_uri: redirectUri });

  const answers = [
    await ask(link("https://shop.example/"), { headers: ZHANG }),
    await ask(link("https://localhost/"), { headers: inWechat }),
    await ask(link("https://shop.example:444/"), { headers: inWechat }),
    await ask(link("https://shop.example/"), { headers: inWechat }),
  ];

  assert.deepEqual(
    answers.map(({ text }) => /data-check="([^"]+)"/.exec(text)?.[1]),
    [
      "opened_in_wechat",
      "redirect_uri_is_on_oauth_domain",
      "redirect_uri_is_on_oauth_domain",
      undefined,
    ],
  );
});

test("an odd state is echoed, or refused where it is read so", async (t) => {
  const lenient = await openSandbox(t);
  const careful = await openSandbox(t, { readings: { oddReserved: "refuse" } });
  const link = buildOAuthLink({ state: "a/b" });

  const answers = [
    await lenient.ask(link, { headers: ZHANG }),
    await careful.ask(link, { headers: ZHANG }),
  ];

  assert.match(String(answers[0]?.headers["location"]), /state=a%2Fb$/);
  assert.match(answers[1]?.text ?? "", /data-check="state_is_plain"/);
});

test("a code is good for once: the second exchange gets 40163", async (t) => {
  const sandbox = await openSandbox(t);
  const code = await getCode(sandbox);

  const first = await sandbox.ask(exchangePath({ code }));
  const second = await sandbox.ask(exchangePath({ code }));

  assert.match(first.text, /"openid"/);
  assert.equal(readErrcode(second), 40163);
  assert.match(second.text, /"code been used, rid: /);
});

test("a code is good for five minutes, and not at the instant they are over", async (t) => {
  const sandbox = await openSandbox(t);
  const { control } = sandbox.platform;
  const codes = [await getCode(sandbox), await getCode(sandbox)];
  await control.advanceClock({ advanceMs: 299_999 });

  const inTime = await sandbox.ask(exchangePath({ code: codes[0] }));
  await control.advanceClock({ advanceMs: 1 });
  const tooLate = await sandbox.ask(exchangePath({ code: codes[1] }));

  assert.match(inTime.text, /"openid"/);
  assert.equal(readErrcode(tooLate), 42003);
});

test("an exchange is refused by the code that the facts name for what is wrong", async (t) => {
  const sandbox = await openSandbox(t);
  const other = await sandbox.platform.control.addAccount({ name: "另一个号" });
  const code = await getCode(sandbox);
  const changes = [
    { grant_type: "client_credential" },
    { appid: undefined },
    { appid: "wx0000000000000000" },
    { secret: undefined },
    { secret: "0" },
    { code: undefined },
    { code: `${code}0` },
    { appid: other.appid, secret: other.secret },
  ];

  const errcodes = [];
  for (const change of changes) {
    errcodes.push(readErrcode(await sandbox.ask(exchangePath({ code, ...change }))));
  }
  const posted = await sandbox.ask(exchangePath({ code }), { method: "POST" });

  assert.deepEqual(errcodes, [40002, 41002, 40013, 41004, 40125, 41008, 40029, 40029]);
  assert.equal(readErrcode(posted), 43001);
  assert.match((await sandbox.ask(exchangePath({ code }))).text, /"openid"/);
});

test("the token of an exchange is the person's: a send with it gets 40001, and the grant stays", async (t) => {
  const sandbox = await openSandbox(t);
  await confirm(sandbox);
  const code = await getCode(sandbox);
  const userToken = readToken(await sandbox.askJson(exchangePath({ code })));

  const answer = await send(sandbox, userToken, await makeBody(sandbox));

  assert.equal(readErrcode(answer), 40001);
  const [grant] = await sandbox.platform.control.listGrants();
  assert.equal(grant?.state, "granted");
  const why = (await sandbox.platform.control.listJournal()).at(-1)?.why?.en ?? "";
  assert.match(why, /oauth2\/access_token is a person's/);
});

test("neither code nor secret nor user token stands in the journal", async (t) => {
  const sandbox = await openSandbox(t);
  const code = await getCode(sandbox);
  const userToken = readToken(await sandbox.askJson(exchangePath({ code })));

  const journal = JSON.stringify(await sandbox.platform.control.listJournal());

  for (const secret of [code, userToken, DEMO_ACCOUNT.secret]) {
    assert.ok(!journal.includes(secret));
  }
  assert.match(journal, /\/sns\/oauth2\/access_token/);
});
