import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { SEND_PATH, STABLE_TOKEN_PATH, TOKEN_PATH } from "@yici/protocol";
import {
  type Answer,
  APPID,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  type Sandbox,
  send,
  tokenPath,
} from "./sandbox.ts";

const CLEAR = "/cgi-bin/clear_quota";
const CLEAR_V2 = "/cgi-bin/clear_quota/v2";
const GET_ONE = "/cgi-bin/openapi/quota/get";
const CLEAR_ONE = "/cgi-bin/openapi/quota/clear";

const OK = '{"errcode":0,"errmsg":"ok"}';
const DAY_MS = 86_400_000;
const SECRET = { appid: APPID, appsecret: DEMO_ACCOUNT.secret };

/** A call with the account's token. */
function callWith(token: string, { post }: Sandbox) {
  return (path: string, body: unknown): Promise<Answer> =>
    post(`${path}?access_token=${token}`, body);
}

async function readQuota(sandbox: Sandbox, token: string, path: string): Promise<unknown> {
  const answer = await callWith(token, sandbox)(GET_ONE, { cgi_path: path });
  return JSON.parse(answer.text) as unknown;
}

/** Confirms, sends, and tells how that was answered. */
async function sendOne(sandbox: Sandbox, token: string): Promise<number> {
  await confirm(sandbox);
  return readErrcode(await send(sandbox, token, await makeBody(sandbox)));
}

test("a quota can be asked for: its limit, what is used today, what remains", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.platform.control.changeAccount(APPID, {
    quotas: [{ endpoint: SEND_PATH, perDay: 100, perMinute: 7 }],
  });
  const token = await getToken(sandbox);
  await sendOne(sandbox, token);

  const [sends, tokens] = [
    await readQuota(sandbox, token, SEND_PATH),
    await readQuota(sandbox, token, TOKEN_PATH),
  ];

  assert.deepEqual(sends, {
    errcode: 0,
    errmsg: "ok",
    quota: { daily_limit: 100, used: 1, remain: 99 },
    rate_limit: { call_count: 7, refresh_second: 60 },
  });
  assert.deepEqual(tokens, {
    errcode: 0,
    errmsg: "ok",
    quota: { daily_limit: 2_000, used: 1, remain: 1_999 },
  });
});

test("without a limit there is nothing that could run out, and nothing remains below zero", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await sendOne(sandbox, token);
  const free = await readQuota(sandbox, token, SEND_PATH);
  await sandbox.platform.control.changeAccount(APPID, {
    quotas: [{ endpoint: SEND_PATH, perDay: 0 }],
  });

  const shut = await readQuota(sandbox, token, SEND_PATH);

  const unlimited = { daily_limit: 2_147_483_647, used: 1, remain: 2_147_483_646 };
  const over = { daily_limit: 0, used: 1, remain: 0 };
  assert.deepEqual(free, { errcode: 0, errmsg: "ok", quota: unlimited });
  assert.deepEqual(shut, { errcode: 0, errmsg: "ok", quota: over });
});

for (const { path, errcode } of [
  { path: undefined, errcode: 76021 },
  { path: "cgi-bin/token", errcode: 76021 },
  { path: `https://api.weixin.qq.com${SEND_PATH}`, errcode: 76021 },
  { path: "/cgi-bin/message/nothing", errcode: 76021 },
  { path: "/sns/oauth2/access_token", errcode: 76022 },
  { path: CLEAR, errcode: 76022 },
]) {
  test(`a quota of ${path ?? "nothing"} is neither told nor cleared: ${errcode}`, async (t) => {
    const sandbox = await openSandbox(t);
    const ask = callWith(await getToken(sandbox), sandbox);

    const answers = [
      await ask(GET_ONE, { cgi_path: path }),
      await ask(CLEAR_ONE, { cgi_path: path }),
    ];

    assert.deepEqual(answers.map(readErrcode), [errcode, errcode]);
  });
}

for (const path of [
  SEND_PATH,
  TOKEN_PATH,
  STABLE_TOKEN_PATH,
  GET_ONE,
  "/cgi-bin/openapi/rid/get",
  "/cgi-bin/get_api_domain_ip",
  "/cgi-bin/getcallbackip",
  "/cgi-bin/callback/check",
]) {
  test(`the quota of ${path} can be told and cleared`, async (t) => {
    const sandbox = await openSandbox(t);
    const ask = callWith(await getToken(sandbox), sandbox);

    const answers = [
      await ask(GET_ONE, { cgi_path: path }),
      await ask(CLEAR_ONE, { cgi_path: path }),
    ];

    assert.deepEqual(answers.map(readErrcode), [0, 0]);
  });
}

test("clearing one call's quota clears no other", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.platform.control.changeAccount(APPID, {
    quotas: [
      { endpoint: SEND_PATH, perDay: 1 },
      { endpoint: TOKEN_PATH, perDay: 1 },
    ],
  });
  const token = await getToken(sandbox);
  const before = [await sendOne(sandbox, token), await sendOne(sandbox, token)];

  const cleared = await callWith(token, sandbox)(CLEAR_ONE, { cgi_path: SEND_PATH });

  assert.equal(cleared.text, OK);
  assert.deepEqual([...before, await sendOne(sandbox, token)], [0, 45009, 0]);
  assert.equal(readErrcode(await sandbox.ask(tokenPath())), 45009);
});

test("clear_quota clears every call's quota, the minute's as well", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.platform.control.changeAccount(APPID, {
    quotas: [
      { endpoint: SEND_PATH, perMinute: 1 },
      { endpoint: TOKEN_PATH, perDay: 1 },
    ],
  });
  const token = await getToken(sandbox);
  const before = [await sendOne(sandbox, token), await sendOne(sandbox, token)];

  const cleared = await callWith(token, sandbox)(CLEAR, { appid: APPID });

  assert.equal(cleared.text, OK);
  assert.deepEqual([...before, await sendOne(sandbox, token)], [0, 45011, 0]);
  assert.match((await sandbox.ask(tokenPath())).text, /^{"access_token"/);
});

test("clear_quota/v2 takes the secret in place of a token, in the body or in the query", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.platform.control.changeAccount(APPID, {
    quotas: [{ endpoint: TOKEN_PATH, perDay: 1 }],
  });
  const query = new URLSearchParams(SECRET).toString();
  for (const clear of [
    () => sandbox.post(CLEAR_V2, SECRET),
    () => sandbox.ask(`${CLEAR_V2}?${query}`, { method: "POST" }),
  ]) {
    await sandbox.ask(tokenPath());
    assert.equal(readErrcode(await sandbox.ask(tokenPath())), 45009);

    assert.equal((await clear()).text, OK);
  }

  assert.match((await sandbox.ask(tokenPath())).text, /^{"access_token"/);
});

test("clear_quota and v2 have ten a month of UTC+8 together, which clearing does not give back: 48006", async (t) => {
  const sandbox = await openSandbox(t); // on the first of January, at 08:00 in UTC+8
  const token = await getToken(sandbox);
  const ask = callWith(token, sandbox);
  for (let count = 0; count < 5; count += 1) {
    assert.equal((await ask(CLEAR, { appid: APPID })).text, OK);
    assert.equal((await sandbox.post(CLEAR_V2, SECRET)).text, OK);
  }

  const errcodes = [await ask(CLEAR, { appid: APPID }), await sandbox.post(CLEAR_V2, SECRET)];
  await sandbox.platform.control.advanceClock({ advanceMs: 31 * DAY_MS - 28_800_000 - 1 });
  errcodes.push(await sandbox.post(CLEAR_V2, SECRET));
  await sandbox.platform.control.advanceClock({ advanceMs: 1 });
  errcodes.push(await sandbox.post(CLEAR_V2, SECRET));

  assert.deepEqual(errcodes.map(readErrcode), [48006, 48006, 48006, 0]);
});

test("one call's quota can be cleared fifty times a month, beside the ten for all: 45009", async (t) => {
  const sandbox = await openSandbox(t);
  const ask = callWith(await getToken(sandbox), sandbox);
  for (let count = 0; count < 50; count += 1) {
    assert.equal((await ask(CLEAR_ONE, { cgi_path: SEND_PATH })).text, OK);
  }

  const refused = await ask(CLEAR_ONE, { cgi_path: SEND_PATH });
  const all = await ask(CLEAR, { appid: APPID });
  const still = await ask(CLEAR_ONE, { cgi_path: TOKEN_PATH });

  assert.deepEqual([refused, all, still].map(readErrcode), [45009, 0, 45009]);
});

test("clear_quota is for the token's own account: another's appid gets 40013", async (t) => {
  const sandbox = await openSandbox(t);
  const other = await sandbox.platform.control.addAccount({ name: "另一个号" });
  const ask = callWith(await getToken(sandbox), sandbox);

  const answers = [await ask(CLEAR, { appid: other.appid }), await ask(CLEAR, {})];

  assert.deepEqual(answers.map(readErrcode), [40013, 40013]);
});

test("clear_quota/v2 is refused as a token call is", async (t) => {
  const { ask, post } = await openSandbox(t);

  const answers = [
    await ask(CLEAR_V2),
    await post(CLEAR_V2, {}),
    await post(CLEAR_V2, { appid: "wx0000000000000000", appsecret: "s" }),
    await post(CLEAR_V2, { appid: APPID }),
    await post(CLEAR_V2, { appid: APPID, appsecret: "wrong" }),
  ];

  assert.deepEqual(answers.map(readErrcode), [43002, 41002, 40013, 41004, 40125]);
});

/** Every call that an account makes with its token beside sending, and its method. */
const ACCOUNT_CALLS: readonly (readonly [path: string, method: "GET" | "POST"])[] = [
  [CLEAR, "POST"],
  [GET_ONE, "POST"],
  [CLEAR_ONE, "POST"],
  ["/cgi-bin/get_api_domain_ip", "GET"],
  ["/cgi-bin/getcallbackip", "GET"],
  ["/cgi-bin/callback/check", "POST"],
];

for (const [path, method] of ACCOUNT_CALLS) {
  test(`${path} looks at method, token, body and account, in this order`, async (t) => {
    const sandbox = await openSandbox(t);
    const token = await getToken(sandbox);
    const other = method === "GET" ? "POST" : "GET";
    const call = (query: string, body?: string): Promise<Answer> =>
      sandbox.ask(`${path}${query}`, { method, ...(body !== undefined && { body }) });

    const answers = [
      await sandbox.ask(path, { method: other }),
      await call(""),
      await call("?access_token=garbage"),
      ...(method === "POST"
        ? [await call(`?access_token=${token}`), await call(`?access_token=${token}`, "a=b")]
        : []),
    ];
    await sandbox.platform.control.changeAccount(APPID, { standing: "frozen" });
    answers.push(await call(`?access_token=${token}`, method === "POST" ? "{}" : undefined));

    const wrongMethod = method === "GET" ? 43001 : 43002;
    const wrongBodies = method === "POST" ? [44002, 47001] : [];
    assert.deepEqual(answers.map(readErrcode), [wrongMethod, 41001, 40014, ...wrongBodies, 50002]);
  });
}

test("the addresses of the API and of its pushes are this machine's, without an errcode", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);

  for (const path of ["/cgi-bin/get_api_domain_ip", "/cgi-bin/getcallbackip"]) {
    const answer = await sandbox.ask(`${path}?access_token=${token}`);

    assert.equal(answer.text, '{"ip_list":["127.0.0.1"]}');
    assert.equal(answer.headers["content-type"], "application/json; encoding=utf-8");
  }
});

test("the journal tells of these calls without the secret", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.post(CLEAR_V2, SECRET);
  await sandbox.post(CLEAR_V2, { ...SECRET, appsecret: "wrong-canary" });
  await sandbox.post(STABLE_TOKEN_PATH, { ...SECRET, grant_type: "client_credential" });

  const journal = await sandbox.platform.control.listJournal();

  assert.deepEqual(
    journal.map(({ endpoint, appid, errcode }) => [endpoint, appid, errcode]),
    [
      [CLEAR_V2, APPID, 0],
      [CLEAR_V2, APPID, 40125],
      [STABLE_TOKEN_PATH, APPID, 41004],
    ],
  );
  assert.ok(!JSON.stringify(journal).includes(DEMO_ACCOUNT.secret));
  assert.ok(!JSON.stringify(journal).includes("wrong-canary"));
});
