import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test, type TestContext } from "node:test";
import { loadConfig } from "@yici/gateway";
import { createLog, createWorld, type World } from "@yici/runtime";
import { createApiClient } from "../src/api-client.ts";
import { type Dev, type DevOptions, startDev } from "../src/dev/start-dev.ts";
import type { AccountJson, MessageJson, PageJson } from "../src/gateway-json.ts";
import { confirm, visit } from "./visit.ts";

test("any number of them run side by side, each with its own data and a key that opens its own gateway", async (t) => {
  const world = makeWorld(t);
  const [one, two] = await Promise.all([start(t, { world }), start(t, { world })]);

  const open = async (dev: Dev, apiKey: string): Promise<PageJson<AccountJson>> => {
    const client = createApiClient(world, { adminUrl: dev.gateway.adminUrl, apiKey });
    return client.call<PageJson<AccountJson>>("/accounts");
  };

  assert.deepEqual(
    (await open(one, one.apiKey)).items.map(({ appid }) => appid),
    [one.account.appid],
  );
  await assert.rejects(open(two, one.apiKey), { code: "unauthorized" });
});

test("the account is ready: a confirmed person gets a message", async (t) => {
  const world = makeWorld(t);
  const dev = await start(t, { world });
  await confirm({ entryUrl: dev.link.entryUrl, platformUrl: dev.platform.url }, "zhang");
  const people = await dev.platform.control.listPeople();
  const openid = people.find(({ id }) => id === "zhang")?.openids[dev.account.appid];

  const client = createApiClient(world, { adminUrl: dev.gateway.adminUrl, apiKey: dev.apiKey });
  const message = await client.call<MessageJson>(`/accounts/${dev.account.appid}/messages`, {
    method: "POST",
    query: { wait_ms: 10_000 },
    body: { openid, scene: dev.link.scene, title: "提醒", content: "到了" },
  });

  const inbox = await dev.platform.control.listInbox({ person: "zhang" });
  assert.equal(message.state, "delivered");
  assert.deepEqual(
    inbox.map(({ title }) => title),
    ["提醒"],
  );
});

test("a key from an earlier start is kept while it is in force, and replaced when it is not", async (t) => {
  const world = makeWorld(t);
  const { apiKey } = await start(t, { world, apiKey: "yici_of_another_gateway" });

  assert.notEqual(apiKey, "yici_of_another_gateway");
  assert.match(apiKey, /^yici_/);
});

test("after a stop nothing answers any more, and stopping again is harmless", async (t) => {
  const dev = await start(t);

  await dev.stop();
  await dev.stop();

  for (const url of [dev.platform.url, dev.gateway.publicUrl, dev.gateway.adminUrl]) {
    await assert.rejects(visit(url), { code: "ECONNREFUSED" });
  }
});

test("when the gateway cannot start, the platform is stopped again", async (t) => {
  const taken = await takePort(t);
  const free = await findFreePort();
  const gateway = loadConfig({
    env: {},
    flags: { databaseUrl: "sqlite::memory:", publicPort: "0", adminPort: String(taken) },
  });

  await assert.rejects(startDev({ gateway, platform: { port: free } }), { code: "EADDRINUSE" });

  await assert.rejects(visit(`http://127.0.0.1:${free}/phone`), { code: "ECONNREFUSED" });
});

async function start(t: TestContext, options: DevOptions = {}): Promise<Dev> {
  const dev = await startDev(options);
  t.after(() => dev.stop());
  return dev;
}

function makeWorld(t: TestContext): World {
  const world = createWorld({ log: createLog("error") });
  t.after(() => world.dispatcher.close());
  return world;
}

async function takePort(t: TestContext): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return portOf(server);
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("one clock moves both sides: what is due in a week is delivered now", async (t) => {
  const world = makeWorld(t);
  const dev = await start(t, { world });
  await confirm({ entryUrl: dev.link.entryUrl, platformUrl: dev.platform.url }, "zhang");
  const openid = (await dev.platform.control.listPeople())[0]?.openids[dev.account.appid];
  const { now } = await dev.platform.control.readClock();
  const client = createApiClient(world, { adminUrl: dev.gateway.adminUrl, apiKey: dev.apiKey });
  const accepted = await client.call<MessageJson>(`/accounts/${dev.account.appid}/messages`, {
    method: "POST",
    body: {
      openid,
      scene: dev.link.scene,
      title: "提醒",
      content: "到了",
      send_at: new Date(now + WEEK_MS).toISOString(),
    },
  });
  await assert.rejects(dev.waitForDelivery(accepted.id, { waitMs: 0 }), {
    code: "YICI_NO_OUTCOME",
  });

  await dev.advance(WEEK_MS);
  const delivered = await dev.waitForDelivery(accepted.id);

  const message = await dev.platform.waitForMessage({ person: "zhang" });
  assert.deepEqual([accepted.state, delivered.state], ["scheduled", "delivered"]);
  assert.ok(message.receivedAt >= now + WEEK_MS);
});

test("the platform's control API moves the gateway's clock too", async (t) => {
  const dev = await start(t);
  const before = await visitClock(dev);

  await dev.platform.control.advanceClock({ advanceMs: WEEK_MS });

  assert.ok((await visitClock(dev)) - before >= WEEK_MS);
});

test("waiting for a message that there is not is refused at once", async (t) => {
  const dev = await start(t);

  await assert.rejects(dev.waitForDelivery("none"), { code: "message_not_found" });
});

const WEEK_MS = 7 * 86_400_000;

/** What the gateway takes for now: when a key that it issues was made. */
async function visitClock(dev: Dev): Promise<number> {
  const world = createWorld({ log: createLog("error") });
  try {
    await dev.gateway.issueKey("clock");
    const client = createApiClient(world, { adminUrl: dev.gateway.adminUrl, apiKey: dev.apiKey });
    const { items } = await client.call<PageJson<{ readonly created_at: string }>>("/keys");
    return Math.max(...items.map(({ created_at: at }) => Date.parse(at)));
  } finally {
    await world.dispatcher.close();
  }
}
