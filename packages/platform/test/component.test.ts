import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { ControlError } from "@yici/platform";
import { decryptPush, parseReply, verifyPush } from "@yici/protocol";
import {
  openReceiver,
  PUSH_KEY,
  PUSH_TOKEN,
  type Received,
  type Receiver,
  until,
} from "./receiver.ts";
import {
  type Answer,
  APPID,
  confirm,
  makeBody,
  openSandbox,
  readErrcode,
  type Sandbox,
  send,
} from "./sandbox.ts";

const COMPONENT = "wxc0c0c0c0c0c0c0c0";
const SECRET = "component-secret";

/** A sandbox with one third-party platform, whose server is the receiver. */
interface Stage extends Sandbox {
  readonly receiver: Receiver;
  /** One call of the component API; answers its body. */
  readonly call: (name: string, body: object, token?: string) => Promise<Record<string, unknown>>;
}

test("from ticket to message: a merchant authorizes, its platform sends, and no longer once that is taken back", async (t) => {
  const stage = await openStage(t);
  const { control } = stage.platform;

  const ticket = readPush(await stage.receiver.next())["ComponentVerifyTicket"];
  const { component_access_token: token } = await stage.call("api_component_token", {
    component_appsecret: SECRET,
    component_verify_ticket: ticket,
  });
  const { pre_auth_code: preAuthCode, expires_in: lifeS } = await stage.call(
    "api_create_preauthcode",
    {},
    String(token),
  );
  const code = await control.authorize(COMPONENT, {
    appid: APPID,
    preAuthCode: String(preAuthCode),
  });
  const authorized = readPush(await stage.receiver.next());
  const { authorization_info: granted } = await stage.call(
    "api_query_auth",
    { authorization_code: authorized["AuthorizationCode"] },
    String(token),
  );
  const {
    authorizer_access_token: first,
    authorizer_refresh_token: refresh,
    ...rest
  } = granted as Record<string, unknown>;
  const renewed = await stage.call(
    "api_authorizer_token",
    { authorizer_appid: APPID, authorizer_refresh_token: refresh },
    String(token),
  );
  await confirm(stage);
  const sent = await send(stage, String(renewed["authorizer_access_token"]), await makeBody(stage));
  await control.unauthorize(COMPONENT, { appid: APPID });
  const unauthorized = readPush(await stage.receiver.next());
  await confirm(stage);
  const refused = await send(stage, String(first), await makeBody(stage));

  assert.equal(lifeS, 1_800);
  assert.deepEqual(
    [authorized["InfoType"], authorized["AuthorizerAppid"], authorized["PreAuthCode"]],
    ["authorized", APPID, preAuthCode],
  );
  assert.equal(authorized["AuthorizationCode"], code.value);
  assert.deepEqual(rest, {
    authorizer_appid: APPID,
    expires_in: 7_200,
    func_info: [{ funcscope_category: { id: 7 } }],
  });
  assert.equal(renewed["authorizer_refresh_token"], refresh);
  assert.equal(readErrcode(sent), 0);
  assert.equal((await control.listInbox({ person: "zhang" })).length, 1);
  assert.deepEqual(
    [unauthorized["InfoType"], unauthorized["AuthorizerAppid"]],
    ["unauthorized", APPID],
  );
  assert.equal(readErrcode(refused), 61003);
  const [entry] = (await control.listJournal({ limit: 100 })).toReversed();
  assert.match(entry?.why?.en ?? "", /took its authorization of the component back at 2026/);
});

test("an authorizer's token looks up what was refused to it, as the account's own does", async (t) => {
  const stage = await openStage(t);
  const token = await getAuthorizerToken(stage, await getComponentToken(stage), [7]);
  const refused = await send(stage, token, await makeBody(stage));
  const reply = parseReply(refused.text);
  assert.ok(reply.kind === "answered" && reply.errcode === 43101);

  const looked = await stage.post(`/cgi-bin/openapi/rid/get?access_token=${token}`, {
    rid: reply.rid,
  });

  const { request } = JSON.parse(looked.text) as { request?: { response_body?: string } };
  assert.equal(request?.response_body, refused.text);
});

test("without permission set 7 an authorizer's token does not send, and with it does", async (t) => {
  const stage = await openStage(t);
  const { control } = stage.platform;
  const token = await getComponentToken(stage);
  await confirm(stage);

  const narrow = await getAuthorizerToken(stage, token, [1, 2]);
  const refused = await send(stage, narrow, await makeBody(stage));
  const wide = await getAuthorizerToken(stage, token, [1, 7]);
  const sent = await send(stage, wide, await makeBody(stage));

  assert.deepEqual([readErrcode(refused), readErrcode(sent)], [61007, 0]);
  const kinds = [readPush(await stage.receiver.next()), readPush(await stage.receiver.next())];
  assert.deepEqual(
    kinds.map(({ InfoType }) => InfoType),
    ["authorized", "updateauthorized"],
  );
  const [authorization] = await control.listAuthorizations(COMPONENT);
  assert.deepEqual(authorization?.permissionSets, [1, 7]);
});

test("a consent given after it was taken back is a new one, with another refresh token", async (t) => {
  const { platform, receiver } = await openStage(t);
  const { control } = platform;
  const listed: (string | undefined)[] = [];

  for (const again of [false, true]) {
    if (again) await control.unauthorize(COMPONENT, { appid: APPID });
    await control.authorize(COMPONENT, { appid: APPID });
    listed.push((await control.listAuthorizations(COMPONENT)).at(0)?.refreshToken);
  }

  const names: string[] = [];
  while (names.length < 4) names.push(String(readPush(await receiver.next())["InfoType"]));
  assert.deepEqual(names.toSorted(), [
    "authorized",
    "authorized",
    "component_verify_ticket",
    "unauthorized",
  ]);
  assert.notEqual(listed[0], listed[1]);
});

test("a ticket is pushed at once, every ten minutes, and on demand, encrypted for the component", async (t) => {
  const stage = await openStage(t);
  const { control } = stage.platform;

  const first = await stage.receiver.next();
  await untilPushesEnded(stage, 1);
  await control.advanceClock({ advanceMs: 599_000 });
  assert.deepEqual(stage.receiver.waiting, []);
  await control.advanceClock({ advanceMs: 1_000 });
  const second = readPush(await stage.receiver.next());
  const asked = await control.issueTicket(COMPONENT);
  const third = readPush(await stage.receiver.next());

  assert.equal(first.query.get("encrypt_type"), "aes");
  assert.match(first.body, /^<xml><AppId><!\[CDATA\[wxc0c0c0c0c0c0c0c0\]\]><\/AppId><Encrypt>/);
  assert.deepEqual(Object.keys(readPush(first)), [
    "AppId",
    "CreateTime",
    "InfoType",
    "ComponentVerifyTicket",
  ]);
  assert.deepEqual(
    [second["InfoType"], second["CreateTime"]],
    ["component_verify_ticket", "1767226200"],
  );
  assert.equal(third["ComponentVerifyTicket"], asked.value);
});

test("each mistake of a component has its own errcode", async (t) => {
  const stage = await openStage(t, { ipWhitelist: ["127.0.0.1"] });
  const { control } = stage.platform;
  const token = await getComponentToken(stage);
  const ticket = (await control.issueTicket(COMPONENT)).value;
  const code = (await control.authorize(COMPONENT, { appid: APPID })).value;
  const secret = { component_appsecret: SECRET };
  const cases: readonly (readonly [errcode: number, name: string, body: object, token?: string])[] =
    [
      [41018, "api_component_token", { component_appid: "", ...secret }],
      [40013, "api_component_token", { component_appid: "wx0000000000000000", ...secret }],
      [41004, "api_component_token", { component_verify_ticket: ticket }],
      [40125, "api_component_token", { component_appsecret: "x", component_verify_ticket: ticket }],
      [61006, "api_component_token", { ...secret, component_verify_ticket: "ticket@@@x" }],
      [41001, "api_create_preauthcode", {}],
      [40014, "api_create_preauthcode", {}, "x"],
      [40001, "api_create_preauthcode", {}, `90_${"A".repeat(136)}`],
      [40029, "api_query_auth", { authorization_code: "x" }, token],
      [0, "api_query_auth", { authorization_code: code }, token],
      [40163, "api_query_auth", { authorization_code: code }, token],
      [61003, "api_authorizer_token", { authorizer_appid: "wx0000000000000000" }, token],
      [61023, "api_authorizer_token", { authorizer_appid: APPID }, token],
    ];

  const errcodes: number[] = [];
  for (const [, name, body, given] of cases) {
    errcodes.push(Number((await stage.call(name, body, given))["errcode"] ?? 0));
  }

  assert.deepEqual(
    errcodes,
    cases.map(([errcode]) => errcode),
  );
});

test("tickets, codes and tokens of a component expire", async (t) => {
  const stage = await openStage(t);
  const { control } = stage.platform;
  const token = await getComponentToken(stage);
  const ticket = (await control.issueTicket(COMPONENT)).value;
  const code = (await control.authorize(COMPONENT, { appid: APPID })).value;
  const preAuthCode = String(
    (await stage.call("api_create_preauthcode", {}, token))["pre_auth_code"],
  );
  const body = { authorization_code: code };

  await control.advanceClock({ advanceMs: 600_000 });
  const codeLate = await stage.call("api_query_auth", body, token);
  await control.advanceClock({ advanceMs: 6_600_000 });
  const tokenLate = await stage.call("api_create_preauthcode", {}, token);
  await control.advanceClock({ advanceMs: 36_000_000 });
  const ticketLate = await stage.call("api_component_token", {
    component_appsecret: SECRET,
    component_verify_ticket: ticket,
  });

  assert.deepEqual(
    [codeLate["errcode"], tokenLate["errcode"], ticketLate["errcode"]],
    [42003, 42001, 61005],
  );
  await assert.rejects(() => control.authorize(COMPONENT, { appid: APPID, preAuthCode }), {
    code: "invalid_request",
  });
});

test("a component calls from the addresses on its whitelist alone", async (t) => {
  const stage = await openStage(t, { ipWhitelist: ["203.0.113.0/24"] });
  await stage.receiver.next();

  const refused = await stage.call("api_component_token", { component_appsecret: SECRET });

  assert.equal(refused["errcode"], 61004);
});

test("what does not exist is named, and an appid belongs to one alone", async (t) => {
  const { platform } = await openStage(t);
  const { control } = platform;
  const none = "wx0000000000000000";
  const twice = {
    appid: APPID,
    name: "x",
    url: "http://localhost/",
    token: PUSH_TOKEN,
    encodingAesKey: PUSH_KEY,
  };

  await assert.rejects(() => control.issueTicket(none), { code: "not_found" });
  await assert.rejects(() => control.authorize(none, { appid: APPID }), { code: "not_found" });
  await assert.rejects(() => control.authorize(COMPONENT, { appid: none }), { code: "not_found" });
  await assert.rejects(() => control.unauthorize(COMPONENT, { appid: APPID }), {
    code: "not_found",
  });
  await assert.rejects(() => control.addComponent(twice), { code: "conflict" });
});

test("a component can be changed: its secret, its addresses, where it is told", async (t) => {
  const stage = await openStage(t);
  const { control } = stage.platform;
  const token = await getComponentToken(stage);
  const elsewhere = await openReceiver(t);

  const changed = await control.changeComponent(COMPONENT, {
    secret: "another",
    name: "换了名字",
    url: elsewhere.url,
  });
  await control.issueTicket(COMPONENT);

  const pushed = readPush(await elsewhere.next());
  const [known] = await control.listComponents();
  const late = await stage.call("api_component_token", { component_appsecret: SECRET });
  assert.deepEqual(known, changed);
  assert.deepEqual([changed.name, changed.token], ["换了名字", PUSH_TOKEN]);
  assert.equal(pushed["InfoType"], "component_verify_ticket");
  assert.equal(late["errcode"], 40125);
  assert.ok("pre_auth_code" in (await stage.call("api_create_preauthcode", {}, token)));
  await control.changeComponent(COMPONENT, { ipWhitelist: ["203.0.113.7"] });
  const outside = await stage.call("api_create_preauthcode", {}, token);
  assert.equal(outside["errcode"], 61004);
});

for (const { what, patch, path } of [
  { what: "no address", patch: { url: "http://[" }, path: "/url" },
  { what: "no range", patch: { ipWhitelist: ["203.0.113.0/99"] }, path: "/ipWhitelist/0" },
  { what: "no key", patch: { encodingAesKey: "short" }, path: "/encodingAesKey" },
]) {
  test(`a component stays as it is when what it is told is ${what}`, async (t) => {
    const { platform } = await openStage(t);
    const before = await platform.control.listComponents();

    const changing = platform.control.changeComponent(COMPONENT, patch);

    await assert.rejects(changing, (error) => {
      assert.ok(error instanceof ControlError);
      assert.deepEqual(
        error.issues.map((issue) => issue.path),
        [path],
      );
      return true;
    });
    assert.deepEqual(await platform.control.listComponents(), before);
  });
}

test("a component that is removed sends for nobody, is told nothing more, and leaves its appid free", async (t) => {
  const stage = await openStage(t);
  const { control } = stage.platform;
  const token = await getAuthorizerToken(stage, await getComponentToken(stage), [7]);
  await confirm(stage);

  await control.removeComponent(COMPONENT);

  const refused = await send(stage, token, await makeBody(stage));
  const call = await stage.call("api_component_token", { component_appsecret: SECRET });
  assert.deepEqual([readErrcode(refused), call["errcode"]], [40001, 40013]);
  assert.deepEqual(await control.listComponents(), []);
  await assert.rejects(() => control.removeComponent(COMPONENT), { code: "not_found" });
  await control.addComponent({
    appid: COMPONENT,
    name: "又一个",
    url: stage.receiver.url,
    token: PUSH_TOKEN,
    encodingAesKey: PUSH_KEY,
  });
  assert.deepEqual(await control.listAuthorizations(COMPONENT), []);
});

test("on the authorize page an administrator agrees, and the browser brings the code back", async (t) => {
  const stage = await openStage(t);
  const token = await getComponentToken(stage);
  const preAuthCode = String(
    (await stage.call("api_create_preauthcode", {}, token))["pre_auth_code"],
  );
  const back = "https://third.example/back?shop=7";
  const path = `/cgi-bin/componentloginpage?component_appid=${COMPONENT}&pre_auth_code=${encodeURIComponent(preAuthCode)}&redirect_uri=${encodeURIComponent(back)}&auth_type=1`;

  const page = await stage.ask(path);
  const agreed = await agree(stage, page);
  const again = await stage.ask(path);
  const location = new URL(String(agreed.headers["location"]));
  const { authorization_info: granted } = await stage.call(
    "api_query_auth",
    { authorization_code: location.searchParams.get("auth_code") },
    token,
  );

  assert.match(page.text, /data-testid="account-choice"\s+data-appid="wxaba38c7f163da69b"/);
  assert.equal(agreed.status, 302);
  assert.equal(location.origin + location.pathname, "https://third.example/back");
  assert.deepEqual([...location.searchParams.keys()], ["shop", "auth_code", "expires_in"]);
  assert.equal(location.searchParams.get("expires_in"), "600");
  assert.equal((granted as Record<string, unknown>)["authorizer_appid"], APPID);
  assert.match(again.text, /pre_auth_code 不是给这个第三方平台的、已经用过/);
});

for (const path of ["/safe/bindcomponent", "/wxaopen/safe/bindcomponent"]) {
  test(`on a phone the authorize page stands at ${path}, and an administrator agrees there`, async (t) => {
    const stage = await openStage(t);
    const query = await getLoginQuery(stage);

    const page = await stage.ask(`${path}?action=bindcomponent&no_scan=1&${query}#wechat_redirect`);
    const agreed = await agree(stage, page);

    assert.match(String(agreed.headers["location"]), /^https:\/\/third\.example\/\?auth_code=/);
    const [authorization] = await stage.platform.control.listAuthorizations(COMPONENT);
    assert.equal(authorization?.appid, APPID);
  });
}

test("on a phone the link says action=bindcomponent, and a strict platform opens it in WeChat alone", async (t) => {
  const path = "/safe/bindcomponent";
  const sandbox = await openSandbox(t);
  const strict = await openSandbox(t, { strict: true });
  const inWechat = { "user-agent": "MicroMessenger/8.0" };

  const pages = [
    await sandbox.ask(path),
    await strict.ask(`${path}?action=bindcomponent`),
    await strict.ask(`${path}?action=bindcomponent`, { headers: inWechat }),
  ];

  const texts = [/action=bindcomponent/, /请在微信客户端打开链接/, /没有这个 component_appid/];
  for (const [index, text] of texts.entries()) assert.match(pages[index]?.text ?? "", text);
});

for (const { narrowed, offers } of [
  { narrowed: "", offers: ["demo", "other"] },
  { narrowed: "&auth_type=1", offers: ["demo", "other"] },
  { narrowed: "&auth_type=3", offers: ["demo", "other"] },
  { narrowed: "&auth_type=6", offers: ["demo", "other"] },
  { narrowed: "&auth_type=2", offers: [] },
  { narrowed: "&auth_type=7", offers: [] },
  { narrowed: "&biz_appid=DEMO", offers: ["demo"] },
  { narrowed: "&auth_type=2&biz_appid=DEMO", offers: ["demo"] },
  { narrowed: "&biz_appid=APP", offers: [] },
]) {
  test(`of an Official Account more and an app, the authorize page${narrowed} offers ${offers.join(" and ") || "none"}`, async (t) => {
    const stage = await openStage(t);
    const other = await stage.platform.control.addAccount({ name: "另一个号" });
    const app = await stage.platform.control.addAccount({ name: "应用", kind: "mobile_app" });
    const appids = { demo: APPID, other: other.appid };
    const query = await getLoginQuery(stage);
    const choice = narrowed.replace("DEMO", APPID).replace("APP", app.appid);

    const { text } = await stage.ask(`/cgi-bin/componentloginpage?${query}${choice}`);

    const offered = [...text.matchAll(/data-appid="(\w+)"/g)].map(([, appid]) => appid);
    const expected = Object.entries(appids).filter(([name]) => offers.includes(name));
    assert.deepEqual(
      offered,
      expected.map(([, appid]) => appid),
    );
    assert.equal(/没有可以选择的账号/.test(text), offers.length === 0);
  });
}

test("nobody agrees for an account that the page did not offer", async (t) => {
  const stage = await openStage(t);
  const other = await stage.platform.control.addAccount({ name: "另一个号" });
  const query = await getLoginQuery(stage);
  const page = await stage.ask(`/cgi-bin/componentloginpage?${query}&biz_appid=${other.appid}`);

  const agreed = await agree(stage, page);

  assert.equal(agreed.status, 403);
  assert.deepEqual(await stage.platform.control.listAuthorizations(COMPONENT), []);
});

test("an authorize page that is not the component's own asks nobody and leads nowhere", async (t) => {
  const stage = await openStage(t);
  const token = await getComponentToken(stage);
  const reply = await stage.call("api_create_preauthcode", {}, token);
  const code = encodeURIComponent(String(reply["pre_auth_code"]));
  const path = "/cgi-bin/componentloginpage";
  const refusals: readonly (readonly [query: string, text: RegExp])[] = [
    ["component_appid=wx0000000000000000", /没有这个 component_appid/],
    [`component_appid=${COMPONENT}&pre_auth_code=x`, /pre_auth_code 不是/],
    [`component_appid=${COMPONENT}&pre_auth_code=${code}`, /redirect_uri 必须/],
    [
      `component_appid=${COMPONENT}&pre_auth_code=${code}&redirect_uri=javascript:alert(1)`,
      /redirect_uri 必须/,
    ],
  ];

  for (const [query, text] of refusals) {
    assert.match((await stage.ask(`${path}?${query}`)).text, text);
  }
  const forged = await stage.ask("/mp/component_consent", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `component_appid=${COMPONENT}&pre_auth_code=${code}&redirect_uri=https%3A%2F%2Fa.example&appid=${APPID}`,
  });
  assert.equal(forged.status, 403);
  assert.deepEqual(await stage.platform.control.listAuthorizations(COMPONENT), []);
});

async function openStage(
  t: TestContext,
  options: { readonly ipWhitelist?: string[] } = {},
): Promise<Stage> {
  const sandbox = await openSandbox(t);
  const receiver = await openReceiver(t);
  const added = await sandbox.post("/control/v1/components", {
    appid: COMPONENT,
    secret: SECRET,
    name: "第三方",
    url: receiver.url,
    token: PUSH_TOKEN,
    encoding_aes_key: PUSH_KEY,
    ip_whitelist: options.ipWhitelist ?? null,
  });
  assert.equal(added.status, 201);
  const call: Stage["call"] = async (name, body, token) => {
    const query = token === undefined ? "" : `?component_access_token=${token}`;
    const path = `/cgi-bin/component/${name}${query}`;
    const { text } = await sandbox.post(path, { component_appid: COMPONENT, ...body });
    return JSON.parse(text) as Record<string, unknown>;
  };
  return { ...sandbox, receiver, call };
}

async function getComponentToken({ receiver, call }: Stage): Promise<string> {
  const { ComponentVerifyTicket: ticket } = readPush(await receiver.next());
  const body = { component_appsecret: SECRET, component_verify_ticket: ticket };
  return String((await call("api_component_token", body))["component_access_token"]);
}

/** The parameters of an authorize page that one may agree to. */
async function getLoginQuery(stage: Stage): Promise<string> {
  const { pre_auth_code: code } = await stage.call(
    "api_create_preauthcode",
    {},
    await getComponentToken(stage),
  );
  return new URLSearchParams({
    component_appid: COMPONENT,
    pre_auth_code: String(code),
    redirect_uri: "https://third.example/",
  }).toString();
}

async function getAuthorizerToken(
  { platform, call }: Stage,
  token: string,
  permissionSets: number[],
): Promise<string> {
  const code = await platform.control.authorize(COMPONENT, { appid: APPID, permissionSets });
  const body = { authorization_code: code.value };
  const { authorization_info: granted } = await call("api_query_auth", body, token);
  return String((granted as Record<string, unknown>)["authorizer_access_token"]);
}

/** Posts the page's form as the demo account's administrator. */
function agree({ ask }: Stage, { headers, text }: Answer): Promise<Answer> {
  const fields = text.matchAll(/<input type="(?:hidden|checkbox)" name="(\w+)" value="([^"]*)"/g);
  const form = new URLSearchParams([...fields].map(([, name = "", value = ""]) => [name, value]));
  form.set("appid", APPID);
  return ask("/mp/component_consent", {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      cookie: String(headers["set-cookie"]).split(";")[0] ?? "",
    },
    body: form.toString(),
  });
}

function untilPushesEnded({ platform, world }: Stage, count: number): Promise<true> {
  return until(world, async () => {
    const entries = await platform.control.listJournal();
    return entries.filter(({ kind }) => kind === "push").length >= count || undefined;
  });
}

/** The members of a component's push, its signature checked and decrypted. */
function readPush({ query, body }: Received): Readonly<Record<string, string>> {
  const encrypted = /<Encrypt><!\[CDATA\[(.*)\]\]><\/Encrypt>/.exec(body)?.[1] ?? "";
  const [timestamp, nonce] = [String(query.get("timestamp")), String(query.get("nonce"))];
  const signed = { token: PUSH_TOKEN, timestamp, nonce, encrypted };
  assert.ok(verifyPush(query.get("msg_signature") ?? "", signed));
  const opened = decryptPush(encrypted, { encodingAesKey: PUSH_KEY, appid: COMPONENT });
  assert.ok(opened.kind === "decrypted");
  const members = opened.message.matchAll(/<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|(\d+))<\/\1>/g);
  return Object.fromEntries(
    [...members].map(([, name = "", text, number]) => [name, text ?? String(number)]),
  );
}
