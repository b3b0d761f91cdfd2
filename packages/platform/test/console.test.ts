import assert from "node:assert/strict";
import { test } from "node:test";
import { APPID, type Answer, openSandbox, type Sandbox, tokenPath } from "./sandbox.ts";

const PAGE = `/mp/accounts/${APPID}`;

test("the console lists the accounts, and shows of each the template, the quota and what is used of it today", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.ask(tokenPath());

  const list = await sandbox.ask("/mp");
  const page = await sandbox.ask(PAGE);

  assert.match(list.text, new RegExp(`href="${PAGE}"`));
  assert.match(page.text, /value="1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc"/);
  assert.match(page.text, /data-endpoint="\/cgi-bin\/token"[\s\S]*?<td>1<\/td>\s*<td>2000<\/td>/);
});

test("each form of the console keeps what was filled in", async (t) => {
  const sandbox = await openSandbox(t);

  for (const [section, fields] of [
    [
      "account",
      { name: "新名字", kind: "subscription", standing: "frozen", isSecretFrozen: "true" },
    ],
    ["domains", { businessDomains: "a.example\nB.example", oauthDomains: "" }],
    ["domains", { businessDomains: "a.example\nb.example", oauthDomains: "", ...FILE }],
    ["permissions", { templateId: "T2", perDay: "100", perMinute: "" }],
    ["whitelist", { ipWhitelist: "203.0.113.7\r\n198.51.100.0/24" }],
  ] as const) {
    const answer = await fill(sandbox, section, fields);
    assert.equal(answer.status, 303, answer.text);
    assert.equal(answer.headers["location"], `${PAGE}?saved=${section}#${section}`);
  }

  const [account] = await sandbox.platform.control.listAccounts();
  assert.equal(account?.name, "新名字");
  assert.equal(account.kind, "subscription");
  assert.equal(account.isCertified, false);
  assert.equal(account.standing, "frozen");
  assert.equal(account.isSecretFrozen, true);
  assert.deepEqual(account.businessDomains, ["a.example", "b.example"]);
  assert.deepEqual(account.oauthDomains, []);
  assert.deepEqual(account.domainVerification, { ...FILE, port: null });
  assert.equal(account.templateId, "T2");
  assert.deepEqual(account.quotas, [
    { endpoint: "/cgi-bin/message/template/subscribe", perDay: 100 },
  ]);
  assert.deepEqual(account.ipWhitelist, ["203.0.113.7", "198.51.100.0/24"]);
});

test("emptied fields lift what they had set, and quotas of other calls stay", async (t) => {
  const sandbox = await openSandbox(t);
  const other = { endpoint: "/cgi-bin/token", perDay: 5 };
  await sandbox.platform.control.changeAccount(APPID, {
    quotas: [other, { endpoint: "/cgi-bin/message/template/subscribe", perDay: 1 }],
    ipWhitelist: ["203.0.113.7"],
    domainVerification: { ...FILE, port: 81 },
  });

  await fill(sandbox, "permissions", { templateId: "T2", perDay: "", perMinute: "" });
  await fill(sandbox, "whitelist", { ipWhitelist: "  " });
  await fill(sandbox, "domains", { businessDomains: "localhost", fileName: "", content: "" });

  const [account] = await sandbox.platform.control.listAccounts();
  assert.deepEqual(account?.quotas, [other]);
  assert.equal(account.ipWhitelist, null);
  assert.equal(account.domainVerification, null);
});

test("a form with a mistake changes nothing, keeps what was typed and says it next to the field", async (t) => {
  const sandbox = await openSandbox(t);
  const [before] = await sandbox.platform.control.listAccounts();

  for (const [section, field, fields] of [
    ["account", "name", { name: "", kind: "service", standing: "good" }],
    ["account", "kind", { name: "x", kind: "<b>", standing: "good" }],
    ["domains", "businessDomains", { businessDomains: "http://a.example/x" }],
    ["domains", "fileName", { businessDomains: "", fileName: "verify.txt", content: "x" }],
    ["domains", "port", { businessDomains: "", ...FILE, port: "many" }],
    ["permissions", "templateId", { templateId: "no id" }],
    ["permissions", "perDay", { templateId: "T2", perDay: "1.5" }],
    ["permissions", "perMinute", { templateId: "T2", perMinute: "-1" }],
    ["whitelist", "ipWhitelist", { ipWhitelist: "300.1.1.1" }],
    [
      "push",
      "url",
      { url: "ftp://x", token: "abc", encodingAesKey: KEY, mode: "plain", format: "xml" },
    ],
    [
      "push",
      "token",
      { url: "http://x", token: "!", encodingAesKey: KEY, mode: "plain", format: "xml" },
    ],
  ] as const) {
    const answer = await fill(sandbox, section, fields);

    assert.equal(answer.status, 422, `${section} ${field}`);
    assert.match(
      answer.text,
      new RegExp(`role="alert"\\s+data-testid="field-problem"\\s+data-field="${field}"`),
      `${section} ${field}`,
    );
    assert.match(answer.text, /未保存：[^<]*[\u4e00-\u9fff][^<]* <span class="yici-en" lang="en">/);
    assert.doesNotMatch(answer.text, /<b>/);
  }
  const kept = await fill(sandbox, "domains", { businessDomains: "http://a.example/x" });
  assert.match(kept.text, />http:\/\/a\.example\/x<\/textarea>/);
  assert.deepEqual((await sandbox.platform.control.listAccounts())[0], before);
});

test("a message-push URL that does not answer as WeChat asks is not kept, and the form says why", async (t) => {
  const sandbox = await openSandbox(t);
  const settings = { token: "abc", encodingAesKey: KEY, mode: "safe", format: "json" };

  const answer = await fill(sandbox, "push", { url: `${sandbox.platform.url}/mp`, ...settings });

  assert.equal(answer.status, 422);
  assert.match(answer.text, /data-testid="field-problem"\s+data-field="url"/);
  assert.match(answer.text, /<option value="safe" selected>/);
  await assert.rejects(sandbox.platform.control.findPush(APPID));
});

test("an account that is not there has no page and no forms", async (t) => {
  const { ask } = await openSandbox(t);

  const page = await ask("/mp/accounts/wxffffffffffffffff");
  const form = await ask("/mp/accounts/wxffffffffffffffff/account", {
    method: "POST",
    headers: FORM,
    body: "name=x",
  });

  assert.equal(page.status, 404);
  assert.equal(form.status, 404);
});

test("an account's page lists who acts for it, and takes back what was entrusted, once or again", async (t) => {
  const { ask, platform } = await openSandbox(t);
  const component = await platform.control.addComponent({
    name: "<b>第三方</b>",
    url: "http://127.0.0.1:1/push",
    token: "token",
    encodingAesKey: KEY,
  });
  const before = await ask(PAGE);
  await platform.control.authorize(component.appid, { appid: APPID, permissionSets: [7, 11] });
  const takeBack = () =>
    ask(`${PAGE}/entrusted`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `component=${component.appid}`,
    });

  const shown = await ask(PAGE);
  const answers = [await takeBack(), await takeBack()];
  const after = await ask(PAGE);

  const entry = /data-testid="console-entrusted" data-appid="(\w+)"/;
  assert.equal(entry.exec(shown.text)?.[1], component.appid);
  assert.match(shown.text, /&lt;b&gt;第三方/);
  assert.match(shown.text, /7、11/);
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers["location"]]),
    [
      [303, PAGE],
      [303, PAGE],
    ],
  );
  for (const { text } of [before, after]) assert.doesNotMatch(text, entry);
  const [authorization] = await platform.control.listAuthorizations(component.appid);
  assert.ok(authorization?.revokedAt !== undefined);
});

test("the journal tells of each call, by account, newest first and page by page", async (t) => {
  const { ask, platform } = await openSandbox(t);
  const other = await platform.control.addAccount({ name: "另一个" });
  await ask(`/cgi-bin/token?grant_type=client_credential&appid=${other.appid}&secret=wrong`);
  for (let call = 0; call < 60; call += 1) await ask("/cgi-bin/token?grant_type=x");
  await ask(tokenPath());

  const all = await ask("/mp/journal");
  const older = await ask(`/mp/journal${/\?appid=&before=\d+/.exec(all.text)?.[0] ?? ""}`);
  const others = await ask(`/mp/journal?appid=${other.appid}`);

  assert.equal(listEntries(all).length, 50);
  assert.deepEqual(
    [...listEntries(all), ...listEntries(older)],
    Array.from({ length: 62 }, (_, index) => 62 - index),
  );
  assert.doesNotMatch(older.text, /data-testid="journal-older"/);
  assert.match(older.text, /data-testid="journal-newest"/);
  assert.deepEqual(listEntries(others), [1]);
  assert.match(others.text, /data-errcode="40125"|data-errcode="40001"/);
  assert.match(others.text, /data-testid="journal-why"/);
});

test("the journal finds a refusal by its rid, or by the errmsg that holds it", async (t) => {
  const { ask, platform } = await openSandbox(t);
  await ask("/cgi-bin/token?grant_type=x");
  const refused = await ask(`/cgi-bin/token?grant_type=client_credential&appid=${APPID}&secret=x`);
  const { errmsg } = JSON.parse(refused.text) as { readonly errmsg: string };
  const rid = errmsg.split("rid: ")[1] ?? "";
  const other = await platform.control.addAccount({ name: "另一个" });

  const pages = [
    await ask(`/mp/journal?rid=${rid}`),
    await ask(`/mp/journal?rid=${encodeURIComponent(errmsg)}`),
    await ask(`/mp/journal?rid=${rid}&appid=${APPID}`),
    await ask(`/mp/journal?rid=${rid}&appid=${other.appid}`),
    await ask("/mp/journal?rid=68c8d463-2e71771d-3c705bc4"),
    await ask("/mp/journal?rid="),
  ];

  assert.deepEqual(pages.map(listEntries), [[2], [2], [2], [], [], [2, 1]]);
  const told = await platform.control.listJournal({ rid, appid: APPID });
  assert.deepEqual(
    told.map(({ id, errcode }) => [id, errcode]),
    [[2, 40125]],
  );
  assert.deepEqual(await platform.control.listJournal({ rid, appid: other.appid }), []);
});

test("off loopback the console asks for the access token once", async (t) => {
  const { ask } = await openSandbox(t, { host: "0.0.0.0", accessToken: "open-sesame" });

  const stranger = await ask("/mp/journal");
  const wrong = await logIn(ask, "sesame-open");
  const right = await logIn(ask, "open-sesame");
  const cookie = String(right.headers["set-cookie"]).split(";")[0] ?? "";
  const inside = await ask("/mp/journal", { headers: { cookie } });
  const again = await ask("/mp/login", { headers: { cookie } });

  assert.equal(stranger.status, 303);
  assert.equal(stranger.headers["location"], "/mp/login");
  assert.equal(wrong.status, 401);
  assert.equal(wrong.headers["set-cookie"], undefined);
  assert.match(wrong.text, /data-testid="field-problem"/);
  assert.equal(right.headers["location"], "/mp");
  assert.equal(inside.status, 200);
  assert.equal(again.headers["location"], "/mp");
});

test("a page of another site neither fills in a form of the console nor logs anybody in", async (t) => {
  const { ask, platform } = await openSandbox(t, { accessToken: "open-sesame" });
  const [before] = await platform.control.listAccounts();
  const foreign = { ...FORM, origin: "https://evil.example" };
  const loggedIn = await logIn(ask, "open-sesame", foreign);
  const posted = await ask(`${PAGE}/account`, {
    method: "POST",
    headers: { ...foreign, authorization: "Bearer open-sesame" },
    body: "name=evil&kind=service&standing=good",
  });

  assert.equal(loggedIn.headers["set-cookie"], undefined);
  assert.equal(posted.status, 403);
  assert.deepEqual((await platform.control.listAccounts())[0], before);
});

const FORM = { "content-type": "application/x-www-form-urlencoded" } as const;
const FILE = { fileName: "MP_verify_abc.txt", content: "abc" } as const;
const KEY = "a".repeat(43);

function fill(
  { ask }: Sandbox,
  section: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> {
  return ask(`${PAGE}/${section}`, {
    method: "POST",
    headers: FORM,
    body: new URLSearchParams(fields).toString(),
  });
}

function logIn(
  ask: Sandbox["ask"],
  token: string,
  headers: Readonly<Record<string, string>> = FORM,
): Promise<Answer> {
  return ask("/mp/login", { method: "POST", headers, body: `token=${token}` });
}

function listEntries({ text }: Answer): readonly number[] {
  return [...text.matchAll(/data-entry="(\d+)"/g)].map(([, id]) => Number(id));
}
