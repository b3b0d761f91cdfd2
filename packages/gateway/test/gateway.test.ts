import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { ConfigError } from "@yici/protocol";
import { createMovableWorld, createWorld, DatabaseError, silentLog } from "@yici/runtime";
import { loadConfig } from "../src/config.ts";
import type { GatewayFlags } from "../src/config.ts";
import type { DemoOptions, Gateway } from "../src/gateway-options.ts";
import { startGateway } from "../src/gateway.ts";
import { startToyPlatform } from "./deliveries/toy-platform.ts";
import { DEMO_APPID, DEMO_TEMPLATE, known, openGatewayScene } from "./http/gateway-scene.ts";

const DEMO: DemoOptions = {
  apiUrl: "http://127.0.0.1:9",
  pageUrl: "http://127.0.0.1:9",
  appSecret: "s1",
};
const KEYS = ["0a", "0b"].map((byte) => byte.repeat(32));

/** Starts gateways on one database file, one after the other. */
function useDatabase(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "yici-gateway-"));
  const world = createMovableWorld(createWorld({ log: silentLog }));
  const started: Gateway[] = [];
  t.after(async () => {
    for (const gateway of started) await gateway.stop();
    await world.dispatcher.destroy();
    rmSync(folder, { recursive: true });
  });
  const start = async (flags: GatewayFlags = {}, demo = DEMO): Promise<Gateway> => {
    const ports = { publicPort: "0", adminPort: "0" };
    const databaseUrl = `sqlite:${join(folder, "yici.db")}`;
    const config = loadConfig({ env: {}, flags: { ...ports, databaseUrl, ...flags } });
    const gateway = await startGateway({ config, world, demo });
    started.push(gateway);
    return gateway;
  };
  const ask = async <T>(
    gateway: Gateway,
    key: string,
    path: string,
    call: { readonly method: string; readonly body: unknown } = { method: "GET", body: undefined },
  ): Promise<T> => {
    const reply = await world.dispatcher.request({
      origin: gateway.adminUrl,
      path,
      method: call.method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: call.body === undefined ? null : JSON.stringify(call.body),
    });
    const text = await reply.body.text();
    assert.ok(reply.statusCode < 300, text);
    return JSON.parse(text) as T;
  };
  return { start, ask };
}

const APPID = "wx00000000000000aa";

/** An account of somebody's own, at a sandbox. */
function sandboxAccount(url: string) {
  return {
    appid: APPID,
    name: "我的公众号",
    template_id: DEMO_TEMPLATE,
    app_secret: "s2",
    platform: { kind: "sandbox", api_url: url, page_url: url },
  };
}

interface MessageShown {
  readonly state: string;
}

interface AccountShown {
  readonly public_url: string;
  readonly name: string;
  readonly has_app_secret: boolean;
  readonly platform: unknown;
}

test("a second start finds everything as it was", async (t) => {
  const { start, ask } = useDatabase(t);
  const first = await start();
  const key = await first.issueKey("cli");
  await first.stop();

  const second = await start();

  const account = await ask<AccountShown>(second, key, `/v1/accounts/${DEMO_APPID}`);
  assert.equal(second.demo?.linkId, first.demo?.linkId);
  assert.equal(account.has_app_secret, true);
});

test("the demo account follows the addresses of the start, and keeps everything else", async (t) => {
  const { start, ask } = useDatabase(t);
  const first = await start();
  const key = await first.issueKey("cli");
  const renaming = { method: "PATCH", body: { name: "改过的名字" } };
  await ask(first, key, `/v1/accounts/${DEMO_APPID}`, renaming);
  await first.stop();

  const moved = { ...DEMO, apiUrl: "http://127.0.0.1:99", publicUrl: "http://192.168.1.2:8170" };
  const second = await start({}, moved);

  const account = await ask<AccountShown>(second, key, `/v1/accounts/${DEMO_APPID}`);
  assert.deepEqual(account.platform, {
    kind: "sandbox",
    api_url: "http://127.0.0.1:99",
    page_url: "http://127.0.0.1:9",
  });
  assert.equal(account.public_url, "http://192.168.1.2:8170");
  assert.equal(account.name, "改过的名字");
  assert.match(known(second.demo).entryUrl, /^http:\/\/192\.168\.1\.2:8170\/l\//);
});

test("a second gateway on the same file is refused, and the first goes on", async (t) => {
  const { start, ask } = useDatabase(t);
  const first = await start();
  const key = await first.issueKey("cli");

  await assert.rejects(
    start(),
    (error: unknown) => error instanceof DatabaseError && error.code === "YICI_DATABASE_IN_USE",
  );

  assert.ok(await ask(first, key, "/readyz"));
});

test("a gateway that finds its port taken leaves nothing behind", async (t) => {
  const { start } = useDatabase(t);
  await using other = await openGatewayScene();
  const adminPort = new URL(other.gateway.adminUrl).port;

  await assert.rejects(start({ adminPort }), { code: "EADDRINUSE" });

  await assert.doesNotReject(start());
});

describe("secret keys", () => {
  test("other than the database was used with are refused", async (t) => {
    const { start } = useDatabase(t);
    const first = await start({ secretKeys: known(KEYS[0]) });
    await first.stop();

    await assert.rejects(
      start({ secretKeys: known(KEYS[1]) }),
      (error: unknown) =>
        error instanceof ConfigError && error.issues[0]?.name === "YICI_SECRET_KEYS",
    );
  });

  test("can be rotated: first both, then the new one alone opens what the old one sealed", async (t) => {
    const { start, ask } = useDatabase(t);
    const [old = "", fresh = ""] = KEYS;
    await using platform = await startToyPlatform();
    const first = await start({ secretKeys: old });
    const key = await first.issueKey("cli");
    await ask(first, key, "/v1/accounts", { method: "POST", body: sandboxAccount(platform.url) });
    await first.stop();

    const second = await start({ secretKeys: `${fresh},${old}` });
    await second.stop();
    const third = await start({ secretKeys: fresh });

    const path = `/v1/accounts/${APPID}`;
    const grants = [{ openid: "oZhang", scene: 1 }];
    await ask(third, key, `${path}/grants/import`, { method: "POST", body: { grants } });
    const body = { openid: "oZhang", scene: 1, title: "t", content: "c" };
    const call = { method: "POST", body };
    const sent = await ask<MessageShown>(third, key, `${path}/messages?wait_ms=10000`, call);
    assert.equal(sent.state, "delivered");
  });

  test("kept beside the database are the same at the next start", async (t) => {
    const { start } = useDatabase(t);
    const first = await start();
    await first.stop();

    await assert.doesNotReject(start());
  });
});

test("stopping lets those go who wait for a delivery", { timeout: 20_000 }, async () => {
  const scene = await openGatewayScene();
  const path = `/v1/accounts/${DEMO_APPID}/messages`;
  const body = { openid: "oZhang", scene: 1, title: "t", content: "c", when_no_grant: "wait" };

  const waiting = scene.api<{ readonly state: string }>("POST", `${path}?wait_ms=60000`, { body });
  while (true) {
    const { json } = await scene.api<{ readonly items: readonly unknown[] }>("GET", path);
    if (json.items.length > 0) break;
  }
  await scene.gateway.stop();

  assert.equal((await waiting).json.state, "waiting");
  await scene[Symbol.asyncDispose]();
});

test("stopping twice is stopping once", async () => {
  const scene = await openGatewayScene();

  await scene.gateway.stop();
  await scene.gateway.stop();

  await scene[Symbol.asyncDispose]();
});
