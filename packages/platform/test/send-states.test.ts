import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { AccountPatch, PersonPatch } from "@yici/platform";
import { JUMP_MAX, SEND_PATH } from "@yici/protocol";
import { findFreePort } from "./find-free-port.ts";
import {
  APPID,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  type Sandbox,
  send,
} from "./sandbox.ts";

/** A strict platform takes calls by https alone: here behind a proxy. */
async function openStrict(t: TestContext): Promise<Sandbox> {
  const port = await findFreePort();
  return openSandbox(t, { strict: true, port, publicUrl: "https://platform.example" });
}

/** Something that stands in the way of every message, and is no fault of the message. */
interface State {
  readonly name: string;
  readonly errcode: number;
  readonly errmsg: string;
  readonly why: RegExp;
  readonly account?: AccountPatch;
  readonly person?: PersonPatch;
  readonly body?: Readonly<Record<string, unknown>>;
}

const STATES: readonly State[] = [
  {
    name: "the account lost the capability for violations",
    errcode: 48004,
    errmsg: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
    why: /violations/,
    account: { standing: "capability_blocked" },
  },
  {
    name: "the account is frozen",
    errcode: 50002,
    errmsg: "user limited",
    why: /restricted or frozen/,
    account: { standing: "frozen" },
  },
  {
    name: "the account is restricted",
    errcode: 50002,
    errmsg: "user limited",
    why: /restricted or frozen/,
    account: { standing: "restricted" },
  },
  {
    name: "the url's domain has no ICP filing",
    errcode: 45082,
    errmsg: "need icp license for the url domain",
    why: /unfiled\.example has no ICP filing/,
    account: { domainsWithoutIcp: ["Unfiled.example"] },
    body: { url: "https://UNFILED.example/x" },
  },
  {
    name: "the url is on a sub-domain of one without an ICP filing",
    errcode: 45082,
    errmsg: "need icp license for the url domain",
    why: /unfiled\.example has no ICP filing/,
    account: { domainsWithoutIcp: ["unfiled.example"] },
    body: { url: "https://shop.unfiled.example/x" },
  },
  {
    name: "the minute's quota is used up",
    errcode: 45011,
    errmsg: "api minute-quota reach limit, must slower, retry next minute",
    why: /0 of these calls a minute/,
    account: { quotas: [{ endpoint: SEND_PATH, perMinute: 0 }] },
  },
  {
    name: "the day's quota is used up",
    errcode: 45009,
    errmsg: "reach max api daily quota limit",
    why: /0 of these calls a day/,
    account: { quotas: [{ endpoint: SEND_PATH, perDay: 0 }] },
  },
  {
    name: "the person blocks the account",
    errcode: 48002,
    errmsg: "user block receive message",
    why: /blocks the account/,
    person: { blocks: [APPID] },
  },
  {
    name: "the person refuses this kind of message in WeChat's settings",
    errcode: 43101,
    errmsg: "user refuse to accept the msg",
    why: /refuses the account's one-time messages/,
    person: { refuses: [APPID] },
  },
];

const NO_STATE: AccountPatch = { standing: "good", domainsWithoutIcp: [], quotas: [] };

for (const { name, errcode, errmsg, why, account, person, body } of STATES) {
  test(`nothing is sent, and no grant spent, while ${name}: ${errcode}`, async (t) => {
    const sandbox = await openSandbox(t);
    const { control } = sandbox.platform;
    const token = await getToken(sandbox);
    await confirm(sandbox);
    const message = { ...(await makeBody(sandbox)), ...body };
    await control.changeAccount(APPID, account ?? {});
    await control.changePerson("zhang", person ?? {});

    const answer = await send(sandbox, token, message);
    const reason = await findReason(sandbox);
    await control.changeAccount(APPID, NO_STATE);
    await control.changePerson("zhang", { blocks: [], refuses: [] });
    const afterwards = await send(sandbox, token, message);

    assert.match(
      answer.text,
      new RegExp(`^{"errcode":${errcode},"errmsg":"${errmsg} rid: [0-9a-f-]{26}"}$`),
    );
    assert.match(reason ?? "", why);
    assert.equal(readErrcode(afterwards), 0);
  });
}

test("a domain that merely ends like one without a filing has its own", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox);
  await sandbox.platform.control.changeAccount(APPID, { domainsWithoutIcp: ["filed.example"] });

  const answer = await send(sandbox, token, {
    ...(await makeBody(sandbox)),
    url: "https://unfiled.example",
  });

  assert.equal(readErrcode(answer), 0);
});

test("a url may be as long as we allow, and no longer: 40039", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  const errcodes: number[] = [];
  for (const length of [JUMP_MAX + 1, JUMP_MAX]) {
    await confirm(sandbox);
    const url = "https://example.com/".padEnd(length, "x");

    errcodes.push(readErrcode(await send(sandbox, token, { ...body, url })));
  }

  assert.deepEqual(errcodes, [40039, 0]);
});

for (const blocked of ["48002", "43019", "43101"] as const) {
  test(`read so, a send to somebody who blocks the account is answered ${blocked}`, async (t) => {
    const sandbox = await openSandbox(t, { readings: { blocked } });
    const token = await getToken(sandbox);
    await confirm(sandbox);
    await sandbox.platform.control.changePerson("zhang", { blocks: [APPID] });

    const answer = await send(sandbox, token, await makeBody(sandbox));

    assert.equal(readErrcode(answer), Number(blocked));
  });
}

test("blocking or refusing one account is nothing to another", async (t) => {
  const sandbox = await openSandbox(t);
  const { control } = sandbox.platform;
  const other = await control.addAccount({ name: "另一个号" });
  await control.changePerson("zhang", { blocks: [other.appid], refuses: [other.appid] });
  const token = await getToken(sandbox);
  await confirm(sandbox);

  const answer = await send(sandbox, token, await makeBody(sandbox));

  const [zhang] = await control.listPeople();
  assert.equal(readErrcode(answer), 0);
  assert.deepEqual([zhang?.blocks, zhang?.refuses], [[other.appid], [other.appid]]);
});

test("a minute's quota counts what was answered 0, and begins anew with the next minute", async (t) => {
  const sandbox = await openSandbox(t); // at a full minute
  const { control } = sandbox.platform;
  await control.changeAccount(APPID, { quotas: [{ endpoint: SEND_PATH, perMinute: 2 }] });
  const token = await getToken(sandbox);
  const errcodes: number[] = [];
  const sendOnce = async (): Promise<void> => {
    errcodes.push(readErrcode(await send(sandbox, token, await makeBody(sandbox))));
  };

  const confirmAndSend = async (): Promise<void> => {
    await confirm(sandbox);
    await sendOnce();
  };

  await sendOnce();
  await confirmAndSend();
  await confirmAndSend();
  await confirmAndSend();
  await control.advanceClock({ advanceMs: 59_999 });
  await sendOnce();
  await control.advanceClock({ advanceMs: 1 });
  await sendOnce();
  await confirmAndSend();
  await confirmAndSend();

  assert.deepEqual(errcodes, [43101, 0, 0, 45011, 45011, 0, 0, 45011]);
});

test("read so, an account has 100 sends a day of UTC+8", async (t) => {
  const sandbox = await openSandbox(t, { readings: { sendQuota: "100_a_day" } });
  const errcodes = await sendMany(sandbox, 101);

  assert.deepEqual(new Set(errcodes.slice(0, 100)), new Set([0]));
  assert.equal(errcodes.at(100), 45009);
});

test("an account's own quota goes before the one that is read into WeChat", async (t) => {
  const sandbox = await openSandbox(t, { readings: { sendQuota: "100_a_day" } });
  await sandbox.platform.control.changeAccount(APPID, {
    quotas: [{ endpoint: SEND_PATH, perDay: 2 }],
  });

  const errcodes = await sendMany(sandbox, 3);

  assert.deepEqual(errcodes, [0, 0, 45009]);
});

test("a strict platform sends nothing for a test account, which WeChat does not either: 48001", async (t) => {
  const errcodes: number[] = [];
  for (const sandbox of [await openSandbox(t), await openStrict(t)]) {
    const token = await getToken(sandbox);
    await sandbox.platform.control.changeAccount(APPID, { kind: "test" });

    errcodes.push(readErrcode(await send(sandbox, token, await makeBody(sandbox))));
  }

  assert.deepEqual(errcodes, [43101, 48001]);
});

test("a strict platform knows of no ICP filing for this machine or an IP address: 45082", async (t) => {
  const errcodes: number[] = [];
  for (const sandbox of [await openSandbox(t), await openStrict(t)]) {
    const token = await getToken(sandbox);
    for (const url of ["http://localhost:8080/x", "https://203.0.113.7/x", "https://example.com"]) {
      const body = { ...(await makeBody(sandbox)), url };
      errcodes.push(readErrcode(await send(sandbox, token, body)));
    }
  }

  assert.deepEqual(errcodes, [43101, 43101, 43101, 45082, 45082, 43101]);
});

/** Confirms and sends under as many scenes. */
async function sendMany(sandbox: Sandbox, count: number): Promise<readonly number[]> {
  const token = await getToken(sandbox);
  const errcodes: number[] = [];
  for (let scene = 0; scene < count; scene += 1) {
    await confirm(sandbox, { scene });
    errcodes.push(readErrcode(await send(sandbox, token, await makeBody(sandbox, { scene }))));
  }
  return errcodes;
}

/** Why the last call was refused, in English. */
async function findReason({ platform }: Sandbox): Promise<string | undefined> {
  return (await platform.control.listJournal()).at(-1)?.why?.en;
}
