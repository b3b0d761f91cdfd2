import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, test } from "node:test";
import { DEMO_APPID, DEMO_TEMPLATE, openGatewayScene } from "./gateway-scene.ts";
import type { GatewayScene } from "./gateway-scene.ts";

interface Loan {
  readonly access_token: string;
  readonly expires_in: number;
}

interface Problem {
  readonly code: string;
}

const TOKEN = `/v1/accounts/${DEMO_APPID}/token`;
const BORROWER = "wx00000000000000bb";

describe("an account's token", () => {
  test("is lent to a key that has the right, with the seconds that are left of it", async () => {
    await using scene = await openGatewayScene();
    const first = await scene.api<Loan>("GET", TOKEN);

    scene.world.advance(600_000);
    const later = await scene.api<Loan>("GET", TOKEN);

    assert.deepEqual([first.status, first.json.access_token], [200, "token-1"]);
    assert.ok(first.json.expires_in <= 7_200 && first.json.expires_in >= 7_190);
    assert.equal(later.json.access_token, "token-1");
    assert.ok(later.json.expires_in <= 6_600);
    assert.equal(first.headers["cache-control"], "no-store");
    assert.equal(scene.platform.tokenCallCount(), 1);
  });

  test("is not lent to a key without the right, and such a key cannot issue one that has it", async () => {
    await using scene = await openGatewayScene();
    const headers = await plainKey(scene);

    const loan = await scene.api<Problem>("GET", TOKEN, { headers });
    const body = { principal: "shop", rights: ["lend_token"] };
    const issued = await scene.api<Problem>("POST", "/v1/keys", { headers, body });

    assert.deepEqual([loan.status, loan.json.code], [403, "right_missing"]);
    assert.deepEqual([issued.status, issued.json.code], [403, "right_missing"]);
    assert.equal(scene.platform.tokenCallCount(), 0);
  });

  test("can be lent by a key that was issued with the right", async () => {
    await using scene = await openGatewayScene();
    const body = { principal: "crm", rights: ["lend_token"] };
    const issued = await scene.api<{ readonly key: string; readonly rights: readonly string[] }>(
      "POST",
      "/v1/keys",
      { body },
    );

    const headers = { authorization: `Bearer ${issued.json.key}` };
    const loan = await scene.api<Loan>("GET", TOKEN, { headers });

    assert.deepEqual(issued.json.rights, ["lend_token"]);
    assert.equal(loan.status, 200);
  });

  test("that a borrower reports as refused is replaced once, however often it is reported", async () => {
    await using scene = await openGatewayScene();
    const first = await scene.api<Loan>("GET", TOKEN);
    scene.platform.revokeToken();

    const report = `${TOKEN}?refused_token_sha256=${hash("sha256", first.json.access_token)}`;
    const loans = await Promise.all([1, 2, 3].map(() => scene.api<Loan>("GET", report)));
    const later = await scene.api<Loan>("GET", report);

    assert.ok([...loans, later].every(({ json }) => json.access_token === "token-2"));
    assert.equal(scene.platform.tokenCallCount(), 2);
  });

  test("is not lent while the account is paused", async () => {
    await using scene = await openGatewayScene();
    await scene.api("POST", `/v1/accounts/${DEMO_APPID}/pause`);

    const { status, json } = await scene.api<Problem>("GET", TOKEN);

    assert.deepEqual([status, json.code], [409, "account_paused"]);
  });

  test("is ended and replaced at an operator's wish, and is not shown to whoever wishes it", async () => {
    await using scene = await openGatewayScene();
    await scene.api("GET", TOKEN);
    scene.platform.revokeToken();

    const forced = await scene.api("POST", `${TOKEN}/force`);
    const later = await scene.api<Loan>("GET", TOKEN);

    assert.equal(forced.status, 200);
    assert.ok(!forced.text.includes("token-2"));
    assert.equal(later.json.access_token, "token-2");
  });

  test("stands in no log line, neither lent nor borrowed", async () => {
    await using scene = await openGatewayScene({ flags: { logLevel: "debug" } });
    await borrow(scene);
    await scene.api("GET", TOKEN);
    await send(scene);

    assert.ok(scene.log.every((line) => !line.includes("token-1")));
    assert.ok(scene.log.every((line) => !line.includes(scene.apiKey)));
  });

  test("can come from another gateway: a refused one is reported there, and replaced for both", async () => {
    await using scene = await openGatewayScene();
    await borrow(scene);
    await scene.api("GET", TOKEN);
    scene.platform.revokeToken();

    const sent = await send(scene);

    assert.equal(sent.state, "delivered");
    assert.equal(scene.platform.tokenCallCount(), 2);
    assert.deepEqual(
      scene.platform.sends.map(({ token }) => token),
      ["token-1", "token-2"],
    );
  });
});

/** Adds an account whose tokens this gateway lends to itself, as if it were another one. */
test("a key without the right cannot move an account to another platform, where its secret and tokens go", async () => {
  await using scene = await openGatewayScene();
  const path = `/v1/accounts/${DEMO_APPID}`;
  const elsewhere = { kind: "sandbox", api_url: "http://x.test", page_url: "https://confirm.test" };
  const headers = await plainKey(scene);
  const patch = (body: object) =>
    scene.api<{ readonly code?: string }>("PATCH", path, { body, headers });

  const moved = await patch({ platform: elsewhere, app_secret: "another" });
  const where = await scene.api<{ readonly platform: object }>("GET", path);
  const same = await patch({ platform: where.json.platform, name: "renamed" });
  const withRight = await scene.api("PATCH", path, { body: { platform: elsewhere } });

  assert.deepEqual([moved.status, moved.json.code], [403, "right_missing"]);
  assert.deepEqual(where.json.platform, {
    kind: "sandbox",
    api_url: scene.platform.url,
    page_url: "https://confirm.test",
  });
  assert.deepEqual([same.status, withRight.status], [200, 200]);
});

async function borrow(scene: GatewayScene): Promise<void> {
  const { status, text } = await scene.api("POST", "/v1/accounts", {
    body: {
      appid: BORROWER,
      name: "借用者",
      template_id: DEMO_TEMPLATE,
      platform: { kind: "sandbox", api_url: scene.platform.url, page_url: scene.platform.url },
      token_origin: {
        kind: "external",
        url: `${scene.gateway.adminUrl}${TOKEN}`,
        bearer: scene.apiKey,
      },
    },
  });
  assert.equal(status, 201, text);
  assert.ok(!text.includes(scene.apiKey));
}

async function send(scene: GatewayScene): Promise<{ readonly state: string }> {
  const path = `/v1/accounts/${BORROWER}`;
  const grants = [{ openid: "oLi", scene: 7 }];
  await scene.api("POST", `${path}/grants/import`, { body: { grants } });
  const body = { openid: "oLi", scene: 7, title: "t", content: "c" };
  const reply = await scene.api<{ readonly state: string }>(
    "POST",
    `${path}/messages?wait_ms=10000`,
    { body },
  );
  return reply.json;
}

async function plainKey(scene: GatewayScene): Promise<{ readonly authorization: string }> {
  return { authorization: `Bearer ${await scene.gateway.issueKey("plain")}` };
}
