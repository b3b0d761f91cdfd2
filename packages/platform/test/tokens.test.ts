import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { STABLE_TOKEN_PATH, TOKEN_PATH } from "@yici/protocol";
import {
  type Answer,
  APPID,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  readToken,
  type Sandbox,
  send,
  tokenPath,
} from "./sandbox.ts";

const MINUTE_MS = 60_000;

const CREDENTIALS = {
  grant_type: "client_credential",
  appid: DEMO_ACCOUNT.appid,
  secret: DEMO_ACCOUNT.secret,
};

function askStable(
  { post }: Sandbox,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return post(STABLE_TOKEN_PATH, { ...CREDENTIALS, ...fields });
}

async function getStable(
  sandbox: Sandbox,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const answer = await askStable(sandbox, fields);
  return readToken(JSON.parse(answer.text));
}

function advance({ platform }: Sandbox, advanceMs: number): Promise<unknown> {
  return platform.control.advanceClock({ advanceMs });
}

/** What a send with this token is answered when nothing but a grant is missing: 43101 means the token is good. */
async function tryToken(sandbox: Sandbox, token: string): Promise<unknown> {
  return readErrcode(await send(sandbox, token, await makeBody(sandbox)));
}

const GOOD = 43101;

test("a token call answers a token for two hours, without an errcode", async (t) => {
  const { ask } = await openSandbox(t);

  const answer = await ask(tokenPath());

  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "application/json; encoding=utf-8");
  assert.match(answer.text, /^{"access_token":"[0-9]+_[A-Za-z0-9_-]{100,500}","expires_in":7200}$/);
});

test("after another token call the token before works for five minutes more", async (t) => {
  const sandbox = await openSandbox(t);
  const first = await getToken(sandbox);
  await advance(sandbox, 10 * MINUTE_MS);

  const second = await getToken(sandbox);

  assert.notEqual(first, second);
  await advance(sandbox, 5 * MINUTE_MS - 1);
  assert.deepEqual([await tryToken(sandbox, first), await tryToken(sandbox, second)], [GOOD, GOOD]);
  await advance(sandbox, 1);
  assert.deepEqual(
    [await tryToken(sandbox, first), await tryToken(sandbox, second)],
    [40001, GOOD],
  );
});

test("a third token call does not lengthen the life of the first token", async (t) => {
  const sandbox = await openSandbox(t);
  const first = await getToken(sandbox);
  await getToken(sandbox);
  await advance(sandbox, 4 * MINUTE_MS);
  await getToken(sandbox);

  await advance(sandbox, MINUTE_MS);

  assert.equal(await tryToken(sandbox, first), 40001);
});

test("a token expires after two hours: 42001", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);

  await advance(sandbox, 120 * MINUTE_MS - 1);
  const before = await tryToken(sandbox, token);
  await advance(sandbox, 1);

  assert.deepEqual([before, await tryToken(sandbox, token)], [GOOD, 42001]);
});

test("what was never a token is 40014, a token nobody issued 40001, no token 41001", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);

  const errcodes = [
    await tryToken(sandbox, "garbage"),
    await tryToken(sandbox, token.slice(0, 50)),
    await tryToken(sandbox, `${token.slice(0, -4)}AAAA`),
    await tryToken(sandbox, ""),
  ];

  assert.deepEqual(errcodes, [40014, 40014, 40001, 41001]);
});

test("stable_token answers the same token, with what is left of its life", async (t) => {
  const sandbox = await openSandbox(t);
  const first = await getStable(sandbox);
  await advance(sandbox, 10 * MINUTE_MS);

  const answer = await askStable(sandbox);

  assert.equal(answer.text, JSON.stringify({ access_token: first, expires_in: 6600 }));
});

test("in its last five minutes a stable token is renewed, and both work", async (t) => {
  const sandbox = await openSandbox(t);
  const first = await getStable(sandbox);
  await advance(sandbox, 115 * MINUTE_MS - 1_000);
  const kept = await getStable(sandbox);
  await advance(sandbox, 1_000);

  const renewed = await getStable(sandbox);
  const again = await getStable(sandbox);

  assert.equal(kept, first);
  assert.notEqual(renewed, first);
  assert.equal(again, renewed);
  assert.deepEqual(
    [await tryToken(sandbox, first), await tryToken(sandbox, renewed)],
    [GOOD, GOOD],
  );
});

test("the two kinds of token do not end each other", async (t) => {
  const sandbox = await openSandbox(t);
  const plain = await getToken(sandbox);
  const stable = await getStable(sandbox);
  await getToken(sandbox);
  const forced = await getStable(sandbox, { force_refresh: true });
  await advance(sandbox, 2 * MINUTE_MS);

  const errcodes = [];
  for (const token of [plain, stable, forced]) errcodes.push(await tryToken(sandbox, token));

  assert.deepEqual(errcodes, [GOOD, 40001, GOOD]);
});

test("a forced refresh ends the stable token before it at once", async (t) => {
  const sandbox = await openSandbox(t);
  const first = await getStable(sandbox);

  const forced = await getStable(sandbox, { force_refresh: true });

  assert.notEqual(forced, first);
  assert.deepEqual(
    [await tryToken(sandbox, first), await tryToken(sandbox, forced)],
    [40001, GOOD],
  );
  assert.equal(await getStable(sandbox), forced);
});

test("two forced refreshes within thirty seconds refresh once", async (t) => {
  const sandbox = await openSandbox(t);
  const first = await getStable(sandbox, { force_refresh: true });
  await advance(sandbox, 29_999);
  const second = await getStable(sandbox, { force_refresh: true });
  await advance(sandbox, 1);

  const third = await getStable(sandbox, { force_refresh: true });

  assert.equal(second, first);
  assert.notEqual(third, first);
});

test("a refresh can be forced twenty times a day of UTC+8", async (t) => {
  const sandbox = await openSandbox(t); // at 08:00 in UTC+8
  for (let count = 0; count < 20; count += 1) {
    await getStable(sandbox, { force_refresh: true });
    await advance(sandbox, MINUTE_MS);
  }

  const refused = await askStable(sandbox, { force_refresh: true });
  const normal = await askStable(sandbox);
  await advance(sandbox, 16 * 60 * MINUTE_MS);
  const nextDay = await askStable(sandbox, { force_refresh: true });

  assert.equal(readErrcode(refused), 45009);
  assert.ok(readToken(JSON.parse(normal.text)));
  assert.ok(readToken(JSON.parse(nextDay.text)));
});

test("once the stable token was revoked, normal mode issues a new one", async (t) => {
  const sandbox = await openSandbox(t);
  const revoked = await getStable(sandbox);
  await sandbox.platform.control.revokeTokens(APPID);

  const token = await getStable(sandbox);

  assert.notEqual(token, revoked);
  assert.deepEqual(
    [await tryToken(sandbox, revoked), await tryToken(sandbox, token)],
    [40001, GOOD],
  );
});

const REFUSED: readonly {
  readonly name: string;
  readonly errcode: number;
  readonly fields: Readonly<Record<string, string | undefined>>;
}[] = [
  { name: "another grant_type", errcode: 40002, fields: { grant_type: "authorization_code" } },
  { name: "no grant_type", errcode: 40002, fields: { grant_type: undefined } },
  { name: "no appid", errcode: 41002, fields: { appid: undefined } },
  { name: "an appid of nobody", errcode: 40013, fields: { appid: "wx0000000000000000" } },
  { name: "no secret", errcode: 41004, fields: { secret: undefined } },
  { name: "a wrong secret", errcode: 40125, fields: { secret: "f".repeat(32) } },
  {
    name: "another account's secret",
    errcode: 40001,
    fields: { secret: "another-accounts-secret" },
  },
];

for (const { name, errcode, fields } of REFUSED) {
  test(`neither call gives a token for ${name}: ${errcode}`, async (t) => {
    const sandbox = await openSandbox(t);
    await sandbox.platform.control.addAccount({
      name: "另一个号",
      secret: "another-accounts-secret",
    });
    const query = Object.entries({ ...CREDENTIALS, ...fields }).flatMap(([field, value]) =>
      value === undefined ? [] : [`${field}=${value}`],
    );

    const answers = [
      await sandbox.ask(`${TOKEN_PATH}?${query.join("&")}`),
      await askStable(sandbox, fields),
    ];

    assert.deepEqual(answers.map(readErrcode), [errcode, errcode]);
    for (const { text } of answers) assert.match(text, /, rid: [0-9a-f]{8}-/);
  });
}

test("each token call has its method, and stable_token a body", async (t) => {
  const sandbox = await openSandbox(t);

  const answers = [
    await sandbox.ask(tokenPath(), { method: "POST" }),
    await sandbox.ask(STABLE_TOKEN_PATH),
    await sandbox.ask(STABLE_TOKEN_PATH, { method: "POST" }),
    await sandbox.ask(STABLE_TOKEN_PATH, { method: "POST", body: "grant_type=client_credential" }),
  ];

  assert.deepEqual(answers.map(readErrcode), [43001, 43002, 44002, 47001]);
});

test("a token call may have a quota as well", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.platform.control.changeAccount(APPID, {
    quotas: [{ endpoint: TOKEN_PATH, perDay: 1 }],
  });
  await getToken(sandbox);

  const answer = await sandbox.ask(tokenPath());

  assert.equal(readErrcode(answer), 45009);
  assert.ok(await getStable(sandbox));
});
