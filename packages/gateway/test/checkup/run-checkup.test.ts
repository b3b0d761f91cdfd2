import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_APPID, openGatewayScene } from "../http/gateway-scene.ts";
import type { GatewayScene } from "../http/gateway-scene.ts";

interface Check {
  readonly check: string;
  readonly appid: string | null;
  readonly status: "ok" | "warning" | "failure";
  readonly text: { readonly zh: string; readonly en: string };
  readonly next_step: { readonly zh: string; readonly en: string } | null;
}

const FILE = { name: "MP_verify_x.txt", content: "x" };

async function checkUp(scene: GatewayScene): Promise<readonly Check[]> {
  const reply = await scene.api<{ readonly items: readonly Check[] }>("GET", "/v1/checkup");
  assert.equal(reply.status, 200, reply.text);
  return reply.json.items;
}

function named(checks: readonly Check[], name: string): Check {
  const found = checks.find(({ check }) => check === name);
  assert.ok(found !== undefined, `there is a line on ${name}`);
  return found;
}

test("where all is well every line is ok, and none says what to do", async () => {
  await using scene = await openGatewayScene();
  scene.platform.remain = 7;
  const body = { verification_file: FILE };
  await scene.api("PATCH", `/v1/accounts/${DEMO_APPID}`, { body });

  const checks = await checkUp(scene);

  assert.deepEqual(
    checks.map(({ check, status, next_step }) => [check, status, next_step]),
    [
      ["database", "ok", null],
      ["account", "ok", null],
      ["platform_clock", "ok", null],
      ["domain_file", "ok", null],
      ["token", "ok", null],
      ["quota", "ok", null],
      ["queue", "ok", null],
    ],
  );
  assert.match(named(checks, "quota").text.en, /^7 \/ 100 /);
  assert.ok(checks.every(({ appid }, index) => (index === 0 || index === 6) === (appid === null)));
});

test("a used up quota is a failure, with what to do", async () => {
  await using scene = await openGatewayScene();

  const quota = named(await checkUp(scene), "quota");

  assert.equal(quota.status, "failure");
  assert.match(quota.next_step?.en ?? "", /midnight/);
});

test("a paused account says why, and is asked no token for", async () => {
  await using scene = await openGatewayScene();
  await scene.api("POST", `/v1/accounts/${DEMO_APPID}/pause`, { body: { detail: "盘点" } });

  const checks = await checkUp(scene);

  const account = named(checks, "account");
  assert.deepEqual([account.status, account.text.en], ["failure", "Paused: operator 盘点"]);
  assert.match(account.next_step?.zh ?? "", /yici accounts resume/);
  assert.equal(
    checks.some(({ check }) => check === "token"),
    false,
  );
  assert.equal(scene.platform.tokenCallCount(), 0);
});

test("a platform that is not reached and a file that is not there are failures", async () => {
  await using scene = await openGatewayScene();
  await scene.api("PATCH", `/v1/accounts/${DEMO_APPID}`, {
    body: {
      verification_file: FILE,
      public_url: "http://127.0.0.1:1",
      platform: { kind: "sandbox", api_url: "http://127.0.0.1:1", page_url: "http://127.0.0.1:1" },
    },
  });

  const checks = await checkUp(scene);

  assert.equal(named(checks, "platform_clock").status, "failure");
  assert.equal(named(checks, "domain_file").status, "failure");
  assert.equal(named(checks, "token").status, "warning");
});

test("a message that has been due for minutes is late", async () => {
  await using scene = await openGatewayScene();
  await scene.confirm("oZhang");
  scene.platform.answerTokenCall = () => ({ status: 500, body: "" });
  await scene.api("POST", `/v1/accounts/${DEMO_APPID}/messages`, {
    body: { openid: "oZhang", scene: 1000, title: "t", content: "c" },
  });
  scene.world.advance(300_000);

  const queue = named(await checkUp(scene), "queue");

  assert.equal(queue.status, "warning");
});

test("no line shows a token or a secret", async () => {
  await using scene = await openGatewayScene();

  const text = JSON.stringify(await checkUp(scene));

  assert.ok(!text.includes("token-1"));
});
