import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createMovableWorld, createWorld } from "@yici/runtime";
import type { World } from "@yici/runtime";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import { createAdminServer } from "../../src/http/admin-server.ts";
import { DeliveryWaiters } from "../../src/http/delivery-waiters.ts";
import { createPublicServer } from "../../src/http/public-server.ts";
import { createVisitLimiter, VISIT_LIMITS } from "../../src/http/visits/visit-limits.ts";
import { createSealer } from "../../src/secrets/sealer.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import {
  APP_SECRET,
  createVisitor,
  DEMO_APPID,
  keepLog,
  openGatewayScene,
} from "./gateway-scene.ts";
import type { GatewayScene } from "./gateway-scene.ts";

const MESSAGES = `/v1/accounts/${DEMO_APPID}/messages`;
const TOKEN = "canary-access-token";
const OPENID = "oCanaryOpenid";

/** Fails when one of the secrets is found in one of the texts. */
function assertAbsent(secrets: readonly string[], texts: readonly string[]): void {
  for (const secret of secrets) {
    assert.deepEqual(
      texts.filter((text) => text.includes(secret)),
      [],
      `${secret} was told`,
    );
  }
}

/** Answers every token call with the canary. */
function giveCanaryToken(scene: GatewayScene): void {
  scene.platform.answerTokenCall = () => ({
    status: 200,
    body: JSON.stringify({ access_token: TOKEN, expires_in: 7_200 }),
  });
}

describe("no secret reaches the log or an answer", () => {
  const SENDS = [
    { what: "a token that is refused for ever", answer: 40_001 },
    { what: "a connection that is reset", answer: "reset" },
    { what: "a grant that is refused", answer: 43_101 },
    { what: "an account that is not authorised", answer: 48_001 },
    { what: "a busy platform", answer: -1 },
  ] as const;

  for (const { what, answer } of SENDS) {
    test(`when a send meets ${what}`, async () => {
      await using scene = await openGatewayScene();
      giveCanaryToken(scene);
      scene.platform.answer = () => answer;
      await scene.confirm(OPENID);

      const sent = await scene.api<{ readonly id: string }>("POST", `${MESSAGES}?wait_ms=300`, {
        body: { openid: OPENID, scene: 1000, title: "t", content: "c" },
      });
      const story = await scene.api("GET", `${MESSAGES}/${sent.json.id}`);
      const account = await scene.api("GET", `/v1/accounts/${DEMO_APPID}`);

      const texts = [...scene.log, sent.text, story.text, account.text];
      assertAbsent([TOKEN, APP_SECRET, scene.apiKey], texts);
    });
  }

  test("when a token call is refused, fails, or answers nonsense", async () => {
    await using scene = await openGatewayScene();
    const replies = [
      { status: 200, body: '{"errcode":40125,"errmsg":"invalid appsecret, rid: 1-2-3"}' },
      { status: 502, body: "<html>bad gateway</html>" },
      { status: 200, body: "not json" },
    ];
    scene.platform.answerTokenCall = (number) => replies[number % 3] ?? { status: 500, body: "" };
    await scene.confirm(OPENID);

    const sent = await scene.api("POST", `${MESSAGES}?wait_ms=300`, {
      body: { openid: OPENID, scene: 1000, title: "t", content: "c" },
    });
    const account = await scene.api("GET", `/v1/accounts/${DEMO_APPID}`);

    assertAbsent([APP_SECRET, scene.apiKey], [...scene.log, sent.text, account.text]);
  });

  test("when callbacks are refused or tried again", async () => {
    await using scene = await openGatewayScene();
    const asking = await scene.enter();
    const url = scene.comeBack(asking, { openid: OPENID });
    const spoilt = [
      url.replace("scene=1000", "scene=1"),
      url.replace("reserved=", "reserved=x"),
      `${url}&openid=${OPENID}`,
      url,
      url.replace(OPENID, "oOther"),
    ];

    const replies = await Promise.all(spoilt.map((each) => scene.browse(each)));

    const texts = [...scene.log, ...replies.map(({ text }) => text)];
    assertAbsent([OPENID, asking.reserved, asking.cookie], texts);
  });

  test("when requests to the API are refused", async () => {
    await using scene = await openGatewayScene();
    const secret = "canary-new-secret";
    const body = { appid: "bad", name: "n", template_id: "t", app_secret: secret, extra: secret };

    const refused = await scene.api("POST", "/v1/accounts", { body });
    const patched = await scene.api("PATCH", `/v1/accounts/${DEMO_APPID}`, {
      body: { app_secret: `${secret}\n` },
    });
    const unknown = await scene.api("GET", "/v1/keys/x", { headers: { authorization: secret } });

    const texts = [...scene.log, refused.text, patched.text, unknown.text];
    assert.deepEqual([refused.status, patched.status, unknown.status], [422, 422, 404]);
    assertAbsent([secret, scene.apiKey], texts);
  });
});

describe("an error that quotes secrets is logged without its words", () => {
  test("on the public side", async () => {
    const { world, log } = createLoggedWorld();
    await using scene = await openBroken(world);

    const reply = await scene.visit(`${scene.publicUrl}/callback/abcd?openid=${OPENID}`);

    assert.equal(reply.status, 503);
    assert.equal(log.length, 1);
    assertAbsent([OPENID, "canary-quoted"], [reply.text, ...log]);
  });

  test("on the admin side", async () => {
    const { world, log } = createLoggedWorld();
    await using scene = await openBroken(world);

    const reply = await scene.visit(`${scene.adminUrl}/v1/accounts?q=${OPENID}`, {
      headers: { authorization: `Bearer yici_${"k".repeat(32)}` },
    });

    assert.equal(reply.status, 500);
    assert.match(reply.text, /"code":"internal_error"/);
    assert.equal(log.length, 1);
    assertAbsent([OPENID, "canary-quoted", "k".repeat(32)], [reply.text, ...log]);
  });
});

function createLoggedWorld(): { readonly world: World; readonly log: readonly string[] } {
  const log: string[] = [];
  return { world: createMovableWorld(createWorld({ log: keepLog(log) })), log };
}

/** Both sides over a store whose every answer is an error that quotes what it was asked. */
async function openBroken(world: World) {
  const broken = () =>
    Promise.reject(new Error("canary-quoted", { cause: new Error("canary-quoted") }));
  const whole: Store = SqliteStore.open({ path: ":memory:", world });
  await whole.close();
  const store = new Proxy(whole, { get: () => broken });
  const keys = [Buffer.alloc(32, 1)] as const;
  const limiter = createVisitLimiter(VISIT_LIMITS, world);
  const publicApp = createPublicServer({
    store,
    keys,
    sealer: createSealer(keys, world),
    world,
    limiter,
    trustedProxies: [],
  });
  const adminApp = createAdminServer({
    store,
    world,
    sealer: createSealer(keys, world),
    waiters: new DeliveryWaiters(world),
    client: { askQuota: () => assert.fail("nobody asks for a quota here") },
    examineStore: broken,
    tokens: { of: () => assert.fail("nobody lends a token here") },
    policy: RETRY_POLICY,
    publicUrl: "http://127.0.0.1",
    isDelivering: () => true,
  });
  const publicUrl = await publicApp.listen({ host: "127.0.0.1", port: 0 });
  const adminUrl = await adminApp.listen({ host: "127.0.0.1", port: 0 });
  return {
    ...createVisitor(world, publicUrl),
    publicUrl,
    adminUrl,
    async [Symbol.asyncDispose]() {
      await publicApp.close();
      await adminApp.close();
      await world.dispatcher.destroy();
    },
  };
}
