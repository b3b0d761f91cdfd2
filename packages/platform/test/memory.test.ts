import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { SEND_PATH, STABLE_TOKEN_PATH } from "@yici/protocol";
import { openReceiver, PUSH_KEY, PUSH_TOKEN } from "./receiver.ts";
import {
  APPID,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  readToken,
  type Sandbox,
  send,
} from "./sandbox.ts";

interface Knowing extends Sandbox {
  /** Sends under this scene with the token of the beginning. */
  readonly sendTo: (scene: number) => Promise<number>;
}

/** A platform whose memory holds all that a send needs: one was answered 0. Another grant is open, under scene 2. */
async function openKnowing(t: TestContext): Promise<Knowing> {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  await confirm(sandbox, { scene: 1 });
  await confirm(sandbox, { scene: 2 });
  const sendTo = async (scene: number): Promise<number> =>
    readErrcode(await send(sandbox, token, await makeBody(sandbox, { scene })));
  assert.equal(await sendTo(1), 0);
  return { ...sandbox, sendTo };
}

/** What somebody changes after a send, and what the next one must be answered. */
const CHANGES: readonly {
  readonly name: string;
  readonly change: (sandbox: Sandbox) => Promise<unknown>;
  readonly errcode: number;
}[] = [
  {
    name: "an account that lost its certificate",
    change: ({ platform }) => platform.control.changeAccount(APPID, { isCertified: false }),
    errcode: 48001,
  },
  {
    name: "another template",
    change: ({ platform }) =>
      platform.control.changeAccount(APPID, {
        templateId: "2uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
      }),
    errcode: 40037,
  },
  {
    name: "an account that was frozen",
    change: ({ platform }) => platform.control.changeAccount(APPID, { standing: "frozen" }),
    errcode: 50002,
  },
  {
    name: "a quota that is used up",
    change: ({ platform }) =>
      platform.control.changeAccount(APPID, { quotas: [{ endpoint: SEND_PATH, perDay: 1 }] }),
    errcode: 45009,
  },
  {
    name: "a person who refuses such messages",
    change: ({ platform }) => platform.control.changePerson("zhang", { refuses: [APPID] }),
    errcode: 43101,
  },
  {
    name: "a refusal made on the phone",
    change: ({ ask }) =>
      ask("/phone/zhang/refusals", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ appid: APPID, refusal: "refuses", refuses: "true" }).toString(),
      }),
    errcode: 43101,
  },
  {
    name: "a token that was revoked",
    change: ({ platform }) => platform.control.revokeTokens(APPID),
    errcode: 40001,
  },
  {
    name: "a fault that revokes tokens",
    change: ({ platform }) => platform.control.addFault({ kind: "token_revoked" }),
    errcode: 40001,
  },
  {
    name: "a fault that answers for the platform",
    change: ({ platform }) => platform.control.addFault({ kind: "errcode", errcode: -1 }),
    errcode: -1,
  },
  {
    name: "a token whose time has run out",
    change: ({ platform }) => platform.control.advanceClock({ advanceMs: 7_200_000 }),
    errcode: 42001,
  },
  {
    name: "a platform that was wiped clean",
    change: ({ platform }) => platform.control.reset(),
    errcode: 40001,
  },
];

for (const { name, change, errcode } of CHANGES) {
  test(`a send after one that was answered 0 meets ${name} with ${errcode}`, async (t) => {
    const knowing = await openKnowing(t);

    await change(knowing);

    assert.equal(await knowing.sendTo(2), errcode);
  });
}

test("a send follows the person into the account's chat and out of it again", async (t) => {
  const { platform, sendTo } = await openKnowing(t);

  await platform.control.changePerson("zhang", { follows: [] });
  await sendTo(2);

  const placements = (await platform.control.listInbox()).map(({ placement }) => placement);
  assert.deepEqual(placements, ["chat", "service_notification"]);
});

test("a stable token that was forced out ends at once, though it was just used", async (t) => {
  const sandbox = await openSandbox(t);
  const ask = async (isForced: boolean): Promise<string> => {
    const { appid, secret } = DEMO_ACCOUNT;
    const body = { grant_type: "client_credential", appid, secret, force_refresh: isForced };
    return readToken(JSON.parse((await sandbox.post(STABLE_TOKEN_PATH, body)).text));
  };
  const old = await ask(false);
  await confirm(sandbox, { scene: 1 });
  await send(sandbox, old, await makeBody(sandbox, { scene: 1 }));
  await confirm(sandbox, { scene: 2 });

  const forced = await ask(true);

  const body = await makeBody(sandbox, { scene: 2 });
  assert.equal(readErrcode(await send(sandbox, old, body)), 40001);
  assert.equal(readErrcode(await send(sandbox, forced, body)), 0);
});

test("an imported snapshot takes the place of what memory held: its tokens work, its account rules, its messages are counted on", async (t) => {
  const { platform, sendTo } = await openKnowing(t);
  const snapshot = await platform.control.takeSnapshot();
  const [entry] = (await platform.control.listJournal()).slice(-1);
  assert.ok(entry);
  await sendTo(2);
  await platform.control.changeAccount(APPID, { isCertified: false });
  await platform.control.revokeTokens(APPID);

  await platform.control.restoreSnapshot(snapshot);

  assert.equal(await sendTo(2), 0);
  assert.deepEqual(
    (await platform.control.listInbox()).map(({ id, scene }) => [id, scene]),
    [
      [entry.id, 1],
      [entry.id + 1, 2],
    ],
  );
});

test(
  "a server that is set for an account hears of the next message, and of none after it is removed",
  {
    timeout: 10_000,
  },
  async (t) => {
    const knowing = await openKnowing(t);
    const { control } = knowing.platform;
    const receiver = await openReceiver(t);

    await control.changePush(APPID, {
      url: receiver.url,
      token: PUSH_TOKEN,
      encodingAesKey: PUSH_KEY,
      mode: "plain",
      format: "json",
      hasExtensionEvents: true,
    });
    await knowing.sendTo(2);
    const heard = JSON.parse((await receiver.next()).body) as { readonly Event: unknown };
    await control.removePush(APPID);
    await confirm(knowing, { scene: 3 });
    await knowing.sendTo(3);
    await knowing.platform.stop();

    assert.equal(heard.Event, "yici_subscribe_msg_sent");
    assert.deepEqual(receiver.waiting, []);
  },
);

test("charges that share a commit are all counted, whatever is asked in between", async (t) => {
  const sandbox = await openSandbox(t);
  await sandbox.platform.control.changeAccount(APPID, {
    quotas: [{ endpoint: SEND_PATH, perDay: 5 }],
  });
  const token = await getToken(sandbox);
  const scenes = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const scene of scenes) await confirm(sandbox, { scene });
  const bodies = await Promise.all(scenes.map((scene) => makeBody(sandbox, { scene })));

  const answers = await Promise.all(bodies.map((body) => send(sandbox, token, body)));

  assert.deepEqual(
    answers.map(readErrcode).toSorted((one, other) => one - other),
    [0, 0, 0, 0, 0, 45009, 45009, 45009],
  );
  assert.equal((await sandbox.platform.control.listInbox()).length, 5);
});
