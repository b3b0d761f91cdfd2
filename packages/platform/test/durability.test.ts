import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { DEMO_APP, startPlatform } from "@yici/platform";
import { SEND_PATH } from "@yici/protocol";
import { DatabaseError } from "@yici/runtime";
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

function makeDatabase(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-platform-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "data", "platform.db");
}

async function readEverything({ platform: { control } }: Sandbox): Promise<unknown> {
  return {
    accounts: await control.listAccounts(),
    people: await control.listPeople(),
    grants: await control.listGrants(),
    inbox: await control.listInbox(),
    journal: await control.listJournal(),
    clock: await control.readClock(),
  };
}

test("stopped and started again, a platform is as it was", async (t) => {
  const database = makeDatabase(t);
  const before = await openSandbox(t, { database });
  const token = await getToken(before);
  await before.platform.control.addAccount({ name: "另一个号" });
  await before.platform.control.addPerson({ id: "zhao", name: "赵六" });
  await before.platform.control.changePerson("zhang", { follows: [] });
  await before.platform.control.changePerson("li", { blocks: [APPID] });
  await before.platform.control.changePerson("wang", { refuses: [APPID] });
  await before.platform.control.changeAccount(APPID, {
    standing: "good",
    ipWhitelist: ["127.0.0.0/8"],
    domainsWithoutIcp: ["unfiled.example"],
    quotas: [{ endpoint: SEND_PATH, perMinute: 2 }],
  });
  await confirm(before);
  await confirm(before, { scene: 7 });
  await before.platform.control.advanceClock({ advanceMs: 60_000 });
  await send(before, token, await makeBody(before));
  const remembered = await readEverything(before);
  await before.platform.stop();

  const after = await openSandbox(t, { database });

  assert.deepEqual(await readEverything(after), remembered);
  const answers = [
    await send(after, token, await makeBody(after)),
    await send(after, token, await makeBody(after, { scene: 7 })),
  ];
  assert.deepEqual(answers.map(readErrcode), [43101, 0]);
});

test("a second platform on the same file is refused", async (t) => {
  const database = makeDatabase(t);
  await openSandbox(t, { database });

  await assert.rejects(
    startPlatform({ database }),
    (error: unknown) => error instanceof DatabaseError && error.code === "YICI_DATABASE_IN_USE",
  );
});

test("a platform that could not listen lets go of its database", async (t) => {
  const database = makeDatabase(t);
  const { platform } = await openSandbox(t);
  const port = Number(new URL(platform.url).port);

  await assert.rejects(startPlatform({ database, port }));

  await openSandbox(t, { database });
});

test("the demo is seeded once: what was changed of it stays changed, what is new on the machine is added", async (t) => {
  const database = makeDatabase(t);
  const before = await openSandbox(t, { database, demoDomains: ["192.168.1.2"] });
  await before.platform.control.changeAccount(APPID, { name: "改过的名字" });
  await before.platform.control.changeAccount(DEMO_APP.appid, { name: "改过的应用" });
  await before.platform.stop();

  const after = await openSandbox(t, { database, demoDomains: ["192.168.1.3", "localhost"] });

  const [account, app, ...others] = await after.platform.control.listAccounts();
  assert.equal(app?.name, "改过的应用");
  assert.deepEqual(others, []);
  assert.equal(account?.name, "改过的名字");
  assert.deepEqual(account?.businessDomains, [
    "support.qq.com",
    "localhost",
    "127.0.0.1",
    "192.168.1.2",
    "192.168.1.3",
  ]);
});

test("stopping answers the call that is being processed", async (t) => {
  const sandbox = await openSandbox(t, { database: makeDatabase(t) });
  const token = await getToken(sandbox);
  const body = await makeBody(sandbox);
  await confirm(sandbox);
  const fault = await sandbox.platform.control.addFault({
    kind: "latency",
    latencyMs: 60_000,
    count: 1,
  });
  const sending = send(sandbox, token, body);
  while ((await sandbox.platform.control.listFaults()).some(({ id }) => id === fault.id)) {
    await sandbox.ask("/");
  }

  await Promise.all([sandbox.platform.stop(), sandbox.platform.stop()]);

  assert.equal(readErrcode(await sending), 0);
});

test("many platforms live side by side in one process, each on its own", async (t) => {
  const sandboxes = await Promise.all(Array.from({ length: 10 }, () => openSandbox(t)));

  const [first, ...others] = sandboxes;
  assert.ok(first);
  await confirm(first);

  const counts = await Promise.all(
    others.map(async ({ platform }) => (await platform.control.listGrants()).length),
  );
  assert.deepEqual(
    counts,
    Array.from({ length: 9 }, () => 0),
  );
});
