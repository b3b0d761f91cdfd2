import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hashBrowser, parseAppId, parseScene, parseTemplateId, signReserved } from "@yici/protocol";
import type { ReservedClaims } from "@yici/protocol";
import {
  DEMO_APPID,
  DEMO_TEMPLATE,
  known,
  openGatewayScene,
  readLocation,
} from "./gateway-scene.ts";
import type { Asking, GatewayScene } from "./gateway-scene.ts";

interface GrantShown {
  readonly openid: string;
  readonly state: string;
  readonly evidence: string;
  readonly generation: number;
}

/** A key that a test signs with as the gateway would. */
const KEY = Buffer.alloc(32, 5);
const KEY_FLAGS = { secretKeys: KEY.toString("base64") };
const DAY_MS = 24 * 60 * 60 * 1_000;

async function listGrants(scene: GatewayScene): Promise<readonly GrantShown[]> {
  const path = `/v1/accounts/${DEMO_APPID}/grants`;
  const { json } = await scene.api<{ readonly items: readonly GrantShown[] }>("GET", path);
  return json.items;
}

async function countDecisions(scene: GatewayScene): Promise<unknown> {
  const path = `/v1/accounts/${DEMO_APPID}/links/${scene.demo.linkId}`;
  return (await scene.api<{ readonly decisions: unknown }>("GET", path)).json.decisions;
}

test("a person who confirms is told so, and a bound grant is on record", async () => {
  await using scene = await openGatewayScene();
  const asking = await scene.enter();

  const reply = await scene.browse(scene.comeBack(asking, { openid: "oZhang" }), {
    headers: { cookie: asking.cookie },
  });

  assert.equal(reply.status, 200);
  assert.match(reply.text, /已确认接收/);
  assert.match(reply.text, /一次示例号/);
  assert.deepEqual(
    (await listGrants(scene)).map(({ openid, state, evidence }) => [openid, state, evidence]),
    [["oZhang", "available", "bound"]],
  );
});

test("a reloaded callback shows the same page and adds no grant", async () => {
  await using scene = await openGatewayScene();
  const asking = await scene.enter();
  const url = scene.comeBack(asking, { openid: "oZhang" });
  const headers = { cookie: asking.cookie };

  const first = await scene.browse(url, { headers });
  const second = await scene.browse(url, { headers });

  assert.deepEqual([second.status, second.text], [first.status, first.text]);
  assert.equal((await listGrants(scene)).length, 1);
  assert.deepEqual(await countDecisions(scene), { confirmed: 1, declined: 0 });
});

test("a reloaded result page shows the same page", async () => {
  await using scene = await openGatewayScene();
  const asking = await scene.enter();
  const done = readLocation(await scene.visit(scene.comeBack(asking)));

  const first = await scene.visit(done);
  const second = await scene.visit(done);

  assert.equal(first.status, 200);
  assert.equal(second.text, first.text);
});

test("nothing of the callback's address reaches the page that stays open", async () => {
  await using scene = await openGatewayScene();
  const asking = await scene.enter();

  const callback = await scene.visit(scene.comeBack(asking, { openid: "oCanary" }));
  const page = await scene.visit(readLocation(callback));

  assert.equal(callback.status, 303);
  assert.equal(callback.headers["referrer-policy"], "no-referrer");
  assert.equal(callback.headers["cache-control"], "no-store");
  assert.doesNotMatch(readLocation(callback), /oCanary|openid|\?/);
  assert.doesNotMatch(page.text, /oCanary/);
  assert.ok(!page.text.includes(asking.reserved));
  assert.match(String(page.headers["content-security-policy"]), /default-src 'none'/);
});

test("a consent that returns in another browser is recorded as unbound, with no cookie set", async () => {
  await using scene = await openGatewayScene();
  const asking = await scene.enter();
  const stranger = await scene.enter();

  const reply = await scene.visit(scene.comeBack(asking), { headers: { cookie: stranger.cookie } });

  assert.equal(reply.status, 303);
  assert.equal(reply.headers["set-cookie"], undefined);
  assert.equal(known((await listGrants(scene))[0]).evidence, "unbound");
});

test("a consent that returns without a cookie is recorded as unbound, with no cookie set", async () => {
  await using scene = await openGatewayScene();
  const asking = await scene.enter();

  const reply = await scene.visit(scene.comeBack(asking));

  assert.equal(reply.headers["set-cookie"], undefined);
  assert.equal(known((await listGrants(scene))[0]).evidence, "unbound");
});

test("a person who cancels is told so, no grant exists, and reloading counts once", async () => {
  await using scene = await openGatewayScene();
  const asking = await scene.enter();
  const url = scene.comeBack(asking, { action: "cancel" });

  const reply = await scene.browse(url, { headers: { cookie: asking.cookie } });
  await scene.browse(url, { headers: { cookie: asking.cookie } });

  assert.equal(reply.status, 200);
  assert.match(reply.text, /已取消/);
  assert.ok(reply.text.includes(scene.demo.entryUrl), "the page leads back to the link");
  assert.deepEqual(await listGrants(scene), []);
  assert.deepEqual(await countDecisions(scene), { confirmed: 0, declined: 1 });
});

test("another openid with a used nonce is refused and the first grant stays", async () => {
  await using scene = await openGatewayScene();
  const asking = await scene.enter();
  const headers = { cookie: asking.cookie };
  await scene.browse(scene.comeBack(asking, { openid: "oZhang" }), { headers });

  const reply = await scene.browse(scene.comeBack(asking, { openid: "oMallory" }), { headers });

  assert.equal(reply.status, 409);
  assert.match(reply.text, /nonce_used/);
  assert.deepEqual(
    (await listGrants(scene)).map(({ openid }) => openid),
    ["oZhang"],
  );
});

describe("a callback that counts for nothing says why and leaves nothing on record", () => {
  const CASES: readonly {
    readonly what: string;
    readonly reason: string;
    readonly spoil: (url: string, asking: Asking) => string;
  }[] = [
    {
      what: "a reserved with one character changed is forged",
      reason: "forged",
      spoil: (url, { reserved }) => url.replace(reserved, tamper(reserved)),
    },
    {
      what: "a reserved of another make is malformed",
      reason: "malformed",
      spoil: (url, { reserved }) => url.replace(reserved, "x1"),
    },
    {
      what: "without reserved nothing can be verified",
      reason: "reserved_missing",
      spoil: (url, { reserved }) => url.replace(`&reserved=${reserved}`, ""),
    },
    {
      what: "the text null is no reserved",
      reason: "reserved_missing",
      spoil: (url, { reserved }) => url.replace(reserved, "null"),
    },
    {
      what: "a second reserved, even the same one, is refused",
      reason: "repeated_parameter",
      spoil: (url, { reserved }) => `${url}&reserved=${reserved}`,
    },
    {
      what: "a second openid is refused",
      reason: "repeated_parameter",
      spoil: (url) => `${url}&openid=oMallory`,
    },
    {
      what: "a query far longer than any of WeChat's is refused",
      reason: "too_long",
      spoil: (url) => `${url}&padding=${"x".repeat(9_000)}`,
    },
    {
      what: "the query must agree with the reserved about the scene",
      reason: "scene_mismatch",
      spoil: (url) => url.replace("scene=1000", "scene=1001"),
    },
    {
      what: "the query must name the account's template",
      reason: "template_mismatch",
      spoil: (url) => url.replace(DEMO_TEMPLATE, "another-template"),
    },
    {
      what: "an action that WeChat does not have is refused",
      reason: "action_unknown",
      spoil: (url) => url.replace("action=confirm", "action=revoke"),
    },
    {
      what: "a confirmation without openid is refused",
      reason: "openid_missing",
      spoil: (url) => url.replace(/openid=\w+&/, ""),
    },
    {
      what: "an openid that cannot be one is refused",
      reason: "openid_malformed",
      spoil: (url) => url.replace(/openid=\w+/, "openid=o%20o"),
    },
  ];

  for (const { what, reason, spoil } of CASES) {
    test(what, async () => {
      await using scene = await openGatewayScene();
      const asking = await scene.enter();
      const url = spoil(scene.comeBack(asking), asking);

      const reply = await scene.browse(url, { headers: { cookie: asking.cookie } });

      assert.equal(reply.status, 400);
      assert.match(reply.text, new RegExp(`<code>${reason}</code>`));
      assert.deepEqual(await listGrants(scene), []);
    });
  }

  test("one that comes a day after the link was opened has expired", async () => {
    await using scene = await openGatewayScene();
    const asking = await scene.enter();
    scene.world.advance(DAY_MS);

    const reply = await scene.browse(scene.comeBack(asking), {
      headers: { cookie: asking.cookie },
    });

    assert.equal(reply.status, 410);
    assert.match(reply.text, /<code>expired<\/code>/);
    assert.deepEqual(await listGrants(scene), []);
  });

  test("one whose reserved comes from a clock far ahead is not yet valid", async () => {
    await using scene = await openGatewayScene({ flags: KEY_FLAGS });
    const reserved = sign({ issuedAt: scene.world.now() + DAY_MS });
    const asking = { ...(await scene.enter()), reserved };

    const reply = await scene.browse(scene.comeBack(asking));

    assert.equal(reply.status, 410);
    assert.match(reply.text, /<code>not_yet<\/code>/);
    assert.deepEqual(await listGrants(scene), []);
  });

  test("one that was asked for another account is refused", async () => {
    await using scene = await openGatewayScene({ flags: KEY_FLAGS });
    const appid = known(parseAppId("wx00000000000000ff"));
    const reserved = sign({ appid, issuedAt: scene.world.now() });
    const asking = { ...(await scene.enter()), reserved };

    const reply = await scene.browse(scene.comeBack(asking));

    assert.equal(reply.status, 400);
    assert.match(reply.text, /<code>account_mismatch<\/code>/);
    assert.deepEqual(await listGrants(scene), []);
  });
});

describe("programs that look before a person does consume nothing", () => {
  const LOOKS = [
    { name: "a HEAD request", status: 200, visit: { method: "HEAD" } },
    {
      name: "a chat program that prepares a preview",
      status: 200,
      visit: { headers: { "user-agent": "Slackbot-LinkExpanding 1.0" } },
    },
    {
      name: "a browser that fetches ahead, which must ask again",
      status: 503,
      visit: { headers: { "sec-purpose": "prefetch;prerender" } },
    },
  ] as const;

  for (const { name, status, visit } of LOOKS) {
    test(name, async () => {
      await using scene = await openGatewayScene();
      const asking = await scene.enter();
      const url = scene.comeBack(asking);

      const looked = await scene.visit(url, visit);
      const grantsAfterLook = await listGrants(scene);
      const opened = await scene.browse(url, { headers: { cookie: asking.cookie } });

      assert.equal(looked.status, status);
      assert.deepEqual(grantsAfterLook, []);
      assert.equal(opened.status, 200);
      assert.equal(known((await listGrants(scene))[0]).evidence, "bound");
    });
  }
});

describe("a result page's ticket vouches for what it shows", () => {
  test("a changed outcome is not shown", async () => {
    await using scene = await openGatewayScene();
    const asking = await scene.enter();
    const declined = readLocation(await scene.visit(scene.comeBack(asking, { action: "cancel" })));

    const reply = await scene.visit(declined.replace("/done/declined.", "/done/confirmed."));

    assert.equal(reply.status, 410);
    assert.doesNotMatch(reply.text, /已确认接收/);
  });

  test("it is shown for a day", async () => {
    await using scene = await openGatewayScene();
    const done = readLocation(await scene.visit(scene.comeBack(await scene.enter())));
    scene.world.advance(DAY_MS - 60_000);
    const inTime = await scene.visit(done);
    scene.world.advance(60_000);

    const late = await scene.visit(done);

    assert.deepEqual([inTime.status, late.status], [200, 410]);
  });
});

test("an account that nobody has added has no callback", async () => {
  await using scene = await openGatewayScene();

  const reply = await scene.visit(`${scene.gateway.publicUrl}/callback/zzzz?action=confirm`);

  assert.equal(reply.status, 404);
});

/** The same length and alphabet, another text. */
function tamper(reserved: string): string {
  const at = 60;
  const swapped = reserved[at] === "a" ? "b" : "a";
  return `${reserved.slice(0, at)}${swapped}${reserved.slice(at + 1)}`;
}

/** A `reserved` as the gateway itself would sign it. */
function sign(claims: Partial<ReservedClaims> & Pick<ReservedClaims, "issuedAt">): string {
  return signReserved(
    {
      kind: "bound",
      appid: known(parseAppId(DEMO_APPID)),
      scene: known(parseScene(1000)),
      templateId: known(parseTemplateId(DEMO_TEMPLATE)),
      source: { kind: "link", id: "abcd0123456789" },
      nonce: "0".repeat(32),
      browserHash: hashBrowser("somebody"),
      ...claims,
    },
    [KEY],
  );
}
