import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountPatch, ControlError, DEMO_ACCOUNT } from "@yici/platform";
import { STABLE_TOKEN_PATH, TOKEN_PATH } from "@yici/protocol";
import { APPID, openSandbox, readErrcode, readToken, type Sandbox, tokenPath } from "./sandbox.ts";

const STABLE_FIELDS = {
  grant_type: "client_credential",
  appid: DEMO_ACCOUNT.appid,
  secret: DEMO_ACCOUNT.secret,
};

/** What keeps an account from a token although it gives the right secret. */
interface State {
  readonly name: string;
  readonly account: AccountPatch;
  readonly errcode: number;
  readonly errmsg: string;
  readonly why: RegExp;
}

const STATES: readonly State[] = [
  {
    name: "the secret is frozen",
    account: { isSecretFrozen: true },
    errcode: 40243,
    errmsg: "appsecret is frozen, rid: ",
    why: /right, but frozen/,
  },
  {
    name: "the account is restricted",
    account: { standing: "restricted" },
    errcode: 50004,
    errmsg: "account is restricted, rid: ",
    why: /account is restricted/,
  },
  {
    name: "the account is frozen",
    account: { standing: "frozen" },
    errcode: 50007,
    errmsg: "account is frozen, rid: ",
    why: /account is frozen/,
  },
  {
    name: "the caller is not on the whitelist",
    account: { ipWhitelist: ["203.0.113.7", "2001:db8::/32"] },
    errcode: 40164,
    errmsg: "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: ",
    why: /came from 127\.0\.0\.1/,
  },
  {
    name: "the minute's quota is used up",
    account: {
      quotas: [
        { endpoint: TOKEN_PATH, perMinute: 0 },
        { endpoint: STABLE_TOKEN_PATH, perMinute: 0 },
      ],
    },
    errcode: 45011,
    errmsg: "api minute-quota reach limit, must slower, retry next minute, rid: ",
    why: /0 of these calls a minute/,
  },
  {
    name: "the day's quota is used up",
    account: {
      quotas: [
        { endpoint: TOKEN_PATH, perDay: 0 },
        { endpoint: STABLE_TOKEN_PATH, perDay: 0 },
      ],
    },
    errcode: 45009,
    errmsg: "reach max api daily quota limit, rid: ",
    why: /0 of these calls a day/,
  },
];

for (const { name, account, errcode, errmsg, why } of STATES) {
  test(`neither call gives a token while ${name}: ${errcode}`, async (t) => {
    const sandbox = await openSandbox(t);
    await sandbox.platform.control.changeAccount(APPID, account);

    const answers = [
      await sandbox.ask(tokenPath()),
      await sandbox.post(STABLE_TOKEN_PATH, STABLE_FIELDS),
    ];

    for (const { text } of answers) {
      assert.match(text, /^{"errcode":\d+,"errmsg":"[^"]*rid: [0-9a-f-]{26}"}$/);
      assert.ok(text.startsWith(`{"errcode":${errcode},"errmsg":"${errmsg}`), text);
    }
    const journal = await sandbox.platform.control.listJournal();
    assert.equal(journal.length, 2);
    for (const entry of journal) assert.match(entry.why?.en ?? "", why);
  });
}

test("a wrong secret is told before anything of the account's state", async (t) => {
  const { ask, platform } = await openSandbox(t);
  await platform.control.changeAccount(APPID, {
    isSecretFrozen: true,
    standing: "frozen",
    ipWhitelist: [],
  });

  const answer = await ask(tokenPath().replace(DEMO_ACCOUNT.secret, "wrong"));

  assert.equal(readErrcode(answer), 40125);
});

test("who is on the whitelist, alone or in a range, gets a token", async (t) => {
  const { askJson, platform } = await openSandbox(t);
  for (const range of ["127.0.0.1", "127.0.0.0/8"]) {
    await platform.control.changeAccount(APPID, { ipWhitelist: ["203.0.113.7", range] });

    assert.ok(readToken(await askJson(tokenPath())));
  }
});

test("a token that was given before is good from any address", async (t) => {
  const sandbox = await openSandbox(t);
  const token = readToken(await sandbox.askJson(tokenPath()));
  await sandbox.platform.control.changeAccount(APPID, { ipWhitelist: [] });

  const answer = await sandbox.post(
    `/cgi-bin/message/template/subscribe?access_token=${token}`,
    {},
  );

  assert.equal(readErrcode(answer), 40003);
});

for (const range of [
  "shop.example",
  "203.0.113.0/33",
  "203.0.113.7/",
  "203.0.113.7/8/8",
  "1.2.3",
]) {
  test(`a whitelist takes no ${range}`, async (t) => {
    const { platform } = await openSandbox(t);

    const change = platform.control.changeAccount(APPID, { ipWhitelist: ["203.0.113.7", range] });

    await assert.rejects(change, (error) => {
      assert.ok(error instanceof ControlError);
      assert.deepEqual(
        error.issues.map(({ path }) => path),
        ["/ipWhitelist/1"],
      );
      return true;
    });
  });
}

test("a test account gets 200 tokens a day, and stable ones besides", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.platform.control.changeAccount(APPID, { kind: "test" });
  for (let count = 0; count < 200; count += 1) await askToken(sandbox);

  const refused = await sandbox.ask(tokenPath());
  const stable = await sandbox.askJson(STABLE_TOKEN_PATH, {
    method: "POST",
    body: JSON.stringify(STABLE_FIELDS),
  });

  assert.equal(readErrcode(refused), 45009);
  assert.ok(readToken(stable));
});

async function askToken({ askJson }: Sandbox): Promise<void> {
  readToken(await askJson(tokenPath()));
}
