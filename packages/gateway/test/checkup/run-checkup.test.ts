import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_APPID, DEMO_TEMPLATE, openGatewayScene } from "../http/gateway-scene.ts";
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

test("one account can be looked at alone, and one that is not there is a problem", async () => {
  await using scene = await openGatewayScene();
  for (let number = 10; number < 12; number += 1) await addSilentAccount(scene, number);

  const alone = await scene.api<{ readonly items: readonly Check[] }>(
    "GET",
    `/v1/checkup?appid=${DEMO_APPID}`,
  );
  const unknown = await scene.api("GET", "/v1/checkup?appid=wx00000000000000ff");

  const appids = new Set(alone.json.items.map(({ appid }) => appid));
  assert.deepEqual(appids, new Set([null, DEMO_APPID]));
  assert.equal(unknown.status, 404);
});

test("of many accounts some are looked at, and it is said that there are more", async () => {
  await using scene = await openGatewayScene();
  for (let number = 10; number < 32; number += 1) await addSilentAccount(scene, number);

  const checks = await checkUp(scene);

  const accounts = checks.filter(({ check }) => check === "account");
  assert.equal(accounts.filter(({ appid }) => appid !== null).length, 20);
  assert.equal(accounts.at(-1)?.text.en, "3 more accounts were not looked at");
});

/** One whose platform is not there. */
async function addSilentAccount(scene: GatewayScene, number: number): Promise<void> {
  const nowhere = "http://127.0.0.1:1";
  const { status } = await scene.api("POST", "/v1/accounts", {
    body: {
      appid: `wx00000000000000${number}`,
      name: "n",
      template_id: DEMO_TEMPLATE,
      platform: { kind: "sandbox", api_url: nowhere, page_url: nowhere },
    },
  });
  assert.equal(status, 201);
}

test("no line shows a token or a secret", async () => {
  await using scene = await openGatewayScene();

  const text = JSON.stringify(await checkUp(scene));

  assert.ok(!text.includes("token-1"));
});
