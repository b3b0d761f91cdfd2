import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { VISIT_LIMITS } from "../../src/http/visits/visit-limits.ts";
import { DEMO_APPID, known, openGatewayScene, readLocation } from "./gateway-scene.ts";
import type { GatewayScene } from "./gateway-scene.ts";

interface GrantShown {
  readonly evidence: string;
}

async function listGrants(scene: GatewayScene): Promise<readonly GrantShown[]> {
  const path = `/v1/accounts/${DEMO_APPID}/grants`;
  const { json } = await scene.api<{ readonly items: readonly GrantShown[] }>("GET", path);
  return json.items;
}

/** Gives the demo account an https address, as it has behind a proxy. */
async function moveToHttps(scene: GatewayScene, publicUrl: string): Promise<void> {
  const reply = await scene.api("PATCH", `/v1/accounts/${DEMO_APPID}`, {
    body: { public_url: publicUrl },
  });
  assert.equal(reply.status, 200);
}

const FORWARDED = { "x-forwarded-proto": "https" };

describe("an account whose address is https", () => {
  test("sends plain http on to https before the callback is read", async () => {
    await using scene = await openGatewayScene();
    const asking = await scene.enter();
    const url = scene.comeBack(asking);
    await moveToHttps(scene, "https://shop.test/wx");

    const reply = await scene.visit(url);

    const { pathname, search } = new URL(url);
    assert.equal(reply.status, 308);
    assert.equal(readLocation(reply), `https://shop.test/wx${pathname}${search}`);
    assert.deepEqual(await listGrants(scene), []);
  });

  test("sends a link opened over plain http on to https, with no cookie set", async () => {
    await using scene = await openGatewayScene();
    await moveToHttps(scene, "https://shop.test");

    const reply = await scene.visit(scene.demo.entryUrl);

    assert.equal(reply.status, 308);
    assert.equal(readLocation(reply), `https://shop.test/l/${scene.demo.linkId}`);
    assert.equal(reply.headers["set-cookie"], undefined);
  });

  test("believes a trusted proxy that the visitor uses https, and sets the cookie for this host alone", async () => {
    await using scene = await openGatewayScene({ flags: { trustedProxies: "loopback" } });
    await moveToHttps(scene, "https://shop.test");

    const asking = await scene.enter({ headers: FORWARDED });
    const reply = await scene.visit(scene.demo.entryUrl, { headers: FORWARDED });

    assert.match(asking.cookie, /^__Host-yici_b=/);
    assert.match(String(reply.headers["set-cookie"]), /; Secure$/);
    assert.equal(asking.redirectUrl.startsWith("https://shop.test/callback/"), true);
  });

  test("does not believe a proxy that is not trusted, and says so once in the log", async () => {
    await using scene = await openGatewayScene();
    await moveToHttps(scene, "https://shop.test");

    const first = await scene.visit(scene.demo.entryUrl, { headers: FORWARDED });
    await scene.visit(scene.demo.entryUrl, { headers: FORWARDED });

    assert.equal(first.status, 308);
    assert.equal(scene.log.filter((line) => line.includes("YICI_TRUSTED_PROXIES")).length, 1);
  });

  test("does not take the plain cookie, which any http page of the host could have set", async () => {
    await using scene = await openGatewayScene({ flags: { trustedProxies: "loopback" } });
    const { cookie } = await scene.enter();
    await moveToHttps(scene, "https://shop.test");

    const reply = await scene.visit(scene.demo.entryUrl, { headers: { ...FORWARDED, cookie } });

    assert.match(String(reply.headers["set-cookie"]), /^__Host-yici_b=/);
  });
});

test("a path before ours may be left in place by the proxy or taken away", async () => {
  await using scene = await openGatewayScene({ flags: { trustedProxies: "loopback" } });
  await moveToHttps(scene, "https://shop.test/l/wx");
  const { publicUrl, demo } = { ...scene.gateway, demo: scene.demo };
  const path = `/l/${demo.linkId}`;

  const taken = await scene.visit(`${publicUrl}${path}`, { headers: FORWARDED });
  const left = await scene.visit(`${publicUrl}/l/wx${path}`, { headers: FORWARDED });

  assert.deepEqual([taken.status, left.status], [302, 302]);
});

describe("limits", () => {
  const ONCE = { burst: 1, perMinute: 1 };

  test("a browser that comes too often is asked to wait, and let through later", async () => {
    await using scene = await openGatewayScene({
      visitLimits: { ...VISIT_LIMITS, browser: ONCE },
    });
    const { cookie } = await scene.enter();
    const headers = { cookie };

    const first = await scene.visit(scene.demo.entryUrl, { headers });
    const second = await scene.visit(scene.demo.entryUrl, { headers });
    scene.world.advance(60_000);
    const third = await scene.visit(scene.demo.entryUrl, { headers });

    assert.deepEqual([first.status, second.status, third.status], [302, 429, 302]);
    assert.match(second.text, /http-equiv="refresh"/);
    assert.equal(second.headers["retry-after"], "3");
  });

  test("an address that comes too often is asked to wait", async () => {
    await using scene = await openGatewayScene({
      visitLimits: { ...VISIT_LIMITS, address: ONCE },
    });

    const first = await scene.visit(scene.demo.entryUrl);
    const second = await scene.visit(scene.demo.entryUrl);

    assert.deepEqual([first.status, second.status], [302, 429]);
  });

  test("a genuine callback beyond its link's limit is recorded once the page has tried again", async () => {
    const link = { burst: 1, perMinute: 1 };
    await using scene = await openGatewayScene({ visitLimits: { ...VISIT_LIMITS, link } });
    const asking = await scene.enter();
    const url = scene.comeBack(asking);

    const early = await scene.browse(url);
    const grantsBefore = await listGrants(scene);
    scene.world.advance(60_000);
    const late = await scene.browse(url);

    assert.deepEqual([early.status, late.status], [429, 200]);
    assert.deepEqual(grantsBefore, []);
    assert.equal((await listGrants(scene)).length, 1);
  });

  test("forged callbacks do not use up a link's limit", async () => {
    const link = { burst: 2, perMinute: 1 };
    await using scene = await openGatewayScene({ visitLimits: { ...VISIT_LIMITS, link } });
    const asking = await scene.enter();
    const url = scene.comeBack(asking);

    for (let count = 0; count < 5; count += 1) {
      await scene.browse(url.replace("reserved=", "reserved=x"));
    }
    const genuine = await scene.browse(url);

    assert.equal(genuine.status, 200);
  });
});

test("every answer of the public side forbids caching, framing, referrers and foreign resources", async () => {
  await using scene = await openGatewayScene();
  const asking = await scene.enter();
  const callback = scene.comeBack(asking);
  const result = readLocation(await scene.visit(callback));
  const urls = [scene.demo.entryUrl, callback, result, `${scene.gateway.publicUrl}/nothing`];

  const replies = await Promise.all(urls.map((url) => scene.visit(url)));

  for (const { headers } of replies) {
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.equal(headers["x-frame-options"], "DENY");
    assert.match(String(headers["content-security-policy"]), /default-src 'none'/);
  }
  assert.equal(known(replies[2]).text.includes("<script"), false);
});
