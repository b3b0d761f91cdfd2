import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseAuthorizeLink } from "@yici/protocol";
import { APP_SECRET, DEMO_APPID, DEMO_TEMPLATE, known, openGatewayScene } from "./gateway-scene.ts";

const APPID = "wx00000000000000aa";
const ACCOUNT = { appid: APPID, name: "我的公众号", template_id: DEMO_TEMPLATE };

interface Problem {
  readonly code: string;
  readonly issues?: readonly { readonly path: readonly string[] }[];
  readonly reason?: string;
}

interface Account {
  readonly appid: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly public_url: string;
  readonly callback_url: string;
  readonly platform: unknown;
  readonly has_app_secret: boolean;
  readonly when_in_doubt: string;
  readonly is_demo: boolean;
  readonly pause: { readonly reason: string; readonly detail: string } | null;
}

interface List<T> {
  readonly items: readonly T[];
}

describe("accounts", () => {
  test("are added with what the console shows, and belong to WeChat itself unless told otherwise", async () => {
    await using scene = await openGatewayScene();

    const { status, json } = await scene.api<Account>("POST", "/v1/accounts", { body: ACCOUNT });

    assert.equal(status, 201);
    assert.match(json.code, /^[a-z0-9]{4}$/);
    assert.deepEqual(json.platform, { kind: "real" });
    assert.equal(json.public_url, scene.gateway.publicUrl);
    assert.equal(json.callback_url, `${scene.gateway.publicUrl}/callback/${json.code}`);
    assert.deepEqual(
      [json.kind, json.when_in_doubt, json.has_app_secret, json.is_demo],
      ["official_account", "retry", false, false],
    );
  });

  test("keep addresses of their own, in their one spelling", async () => {
    await using scene = await openGatewayScene();
    const body = {
      ...ACCOUNT,
      public_url: "HTTPS://Shop.Example:443/wx/",
      platform: { kind: "sandbox", api_url: "http://localhost:8180/", page_url: "http://x.test" },
    };

    const { json } = await scene.api<Account>("POST", "/v1/accounts", { body });

    assert.equal(json.public_url, "https://shop.example/wx");
    assert.deepEqual(json.platform, {
      kind: "sandbox",
      api_url: "http://localhost:8180",
      page_url: "http://x.test",
    });
  });

  test("are added once", async () => {
    await using scene = await openGatewayScene();
    await scene.api("POST", "/v1/accounts", { body: ACCOUNT });

    const { status, json } = await scene.api<Problem>("POST", "/v1/accounts", { body: ACCOUNT });

    assert.deepEqual([status, json.code], [409, "account_exists"]);
  });

  test("with mistakes are refused with all of them", async () => {
    await using scene = await openGatewayScene();
    const body = {
      appid: "WX1",
      name: "n",
      template_id: "",
      public_url: "shop.example",
      platform: { kind: "sandbox", api_url: "http://x/path", page_url: "nonsense" },
    };

    const { status, json } = await scene.api<Problem>("POST", "/v1/accounts", { body });

    assert.equal(status, 422);
    assert.deepEqual(
      json.issues?.map(({ path }) => path.join(".")),
      ["appid", "template_id", "public_url", "platform.api_url", "platform.page_url"],
    );
  });

  test("are changed field by field; what is left out stays", async () => {
    await using scene = await openGatewayScene();
    await scene.api("POST", "/v1/accounts", { body: { ...ACCOUNT, app_secret: "s1" } });

    const body = { name: "新名字", when_in_doubt: "stop" };
    const { json } = await scene.api<Account>("PATCH", `/v1/accounts/${APPID}`, { body });

    assert.deepEqual([json.name, json.when_in_doubt], ["新名字", "stop"]);
    assert.equal(json.has_app_secret, true);
    assert.equal(json.public_url, scene.gateway.publicUrl);
  });

  test("give up their secret when told so", async () => {
    await using scene = await openGatewayScene();
    await scene.api("POST", "/v1/accounts", { body: { ...ACCOUNT, app_secret: "s1" } });

    const body = { app_secret: null };
    const { json } = await scene.api<Account>("PATCH", `/v1/accounts/${APPID}`, { body });

    assert.equal(json.has_app_secret, false);
  });

  test("never show their secret", async () => {
    await using scene = await openGatewayScene();

    const listed = await scene.api("GET", "/v1/accounts");
    const shown = await scene.api("GET", `/v1/accounts/${DEMO_APPID}`);
    const changed = await scene.api("PATCH", `/v1/accounts/${DEMO_APPID}`, {
      body: { app_secret: APP_SECRET },
    });

    for (const { text } of [listed, shown, changed]) assert.ok(!text.includes(APP_SECRET));
  });

  test("of the demo stay in their sandbox", async () => {
    await using scene = await openGatewayScene();

    const body = { platform: { kind: "real" } };
    const reply = await scene.api<Problem>("PATCH", `/v1/accounts/${DEMO_APPID}`, { body });

    assert.deepEqual([reply.status, reply.json.code], [409, "demo_account_stays"]);
  });

  test("are paused and resumed by an operator", async () => {
    await using scene = await openGatewayScene();
    const path = `/v1/accounts/${DEMO_APPID}`;

    const paused = await scene.api<Account>("POST", `${path}/pause`, { body: { detail: "盘点" } });
    const shown = await scene.api<Account>("GET", path);
    const resumed = await scene.api<Account>("POST", `${path}/resume`);

    assert.deepEqual([paused.json.pause?.reason, paused.json.pause?.detail], ["operator", "盘点"]);
    assert.deepEqual(shown.json.pause, paused.json.pause);
    assert.equal(resumed.json.pause, null);
  });

  test("that are not there are a problem, however they are spelt", async () => {
    await using scene = await openGatewayScene();

    const unknown = await scene.api<Problem>("GET", `/v1/accounts/${APPID}`);
    const nonsense = await scene.api<Problem>("GET", "/v1/accounts/%E6%97%A0");

    assert.deepEqual(
      [unknown, nonsense].map(({ status, json }) => [status, json.code]),
      [
        [404, "account_not_found"],
        [404, "account_not_found"],
      ],
    );
  });
});

describe("links", () => {
  interface Link {
    readonly id: string;
    readonly scene: number;
    readonly title: string;
    readonly entry_url: string;
    readonly authorize_preview: string;
    readonly decisions: { readonly confirmed: number; readonly declined: number };
  }
  const LINKS = `/v1/accounts/${DEMO_APPID}/links`;

  test("are added with a scene and a title, and show where they are opened and what they become", async () => {
    await using scene = await openGatewayScene();

    const body = { scene: 7, title: "发货通知" };
    const { status, json } = await scene.api<Link>("POST", LINKS, { body });

    assert.equal(status, 201);
    assert.match(json.id, /^[a-z0-9]{14}$/);
    assert.equal(json.entry_url, `${scene.gateway.publicUrl}/l/${json.id}`);
    assert.equal(parseAuthorizeLink(json.authorize_preview).scene, "7");
    assert.equal(parseAuthorizeLink(json.authorize_preview).reserved, undefined);
    assert.deepEqual((await scene.api<Link>("GET", `${LINKS}/${json.id}`)).json, json);
    assert.equal((await scene.api<List<Link>>("GET", LINKS)).json.items.length, 2);
  });

  test("count how people decided", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    await scene.browse(scene.comeBack(await scene.enter(), { action: "cancel" }));

    const { json } = await scene.api<Link>("GET", `${LINKS}/${scene.demo.linkId}`);

    assert.deepEqual(json.decisions, { confirmed: 1, declined: 1 });
  });

  test("need a scene from 0 to 10000 and a title", async () => {
    await using scene = await openGatewayScene();

    const body = { scene: 10_001, title: "x" };
    const far = await scene.api<Problem>("POST", LINKS, { body });
    const empty = await scene.api<Problem>("POST", LINKS, { body: { scene: 1, title: "" } });

    assert.deepEqual(
      [far, empty].map(({ status, json }) => [status, json.issues?.[0]?.path.join(".")]),
      [
        [422, "scene"],
        [422, "title"],
      ],
    );
  });

  test("of one account are not another's", async () => {
    await using scene = await openGatewayScene();
    await scene.api("POST", "/v1/accounts", { body: ACCOUNT });

    const path = `/v1/accounts/${APPID}/links/${scene.demo.linkId}`;
    const { status, json } = await scene.api<Problem>("GET", path);

    assert.deepEqual([status, json.code], [404, "link_not_found"]);
  });
});

describe("grants", () => {
  interface Grant {
    readonly openid: string;
    readonly scene: number;
    readonly state: string;
    readonly evidence: string;
    readonly generation: number;
  }
  interface Page extends List<Grant> {
    readonly next_after: string | null;
  }
  const GRANTS = `/v1/accounts/${DEMO_APPID}/grants`;

  test("known from elsewhere are imported, each told what it did", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    const body = {
      grants: [
        { openid: "oLi", scene: 1000, granted_at: "2026-01-01T00:00:00+08:00" },
        { openid: "oZhang", scene: 1000 },
      ],
    };

    const { status, json } = await scene.api<List<unknown>>("POST", `${GRANTS}/import`, { body });

    assert.equal(status, 200);
    assert.deepEqual(json.items, [
      { openid: "oLi", scene: 1000, effect: "opened" },
      { openid: "oZhang", scene: 1000, effect: "kept" },
    ]);
  });

  test("from the future, or of nobody, are not imported, and then none of the list is", async () => {
    await using scene = await openGatewayScene();
    const future = { openid: "oB", scene: 1, granted_at: "2999-01-01T00:00:00Z" };

    const late = await scene.api<Problem>("POST", `${GRANTS}/import`, {
      body: { grants: [{ openid: "oA", scene: 1 }, future] },
    });
    const nobody = await scene.api<Problem>("POST", `${GRANTS}/import`, {
      body: {
        grants: [
          { openid: "oA", scene: 1 },
          { openid: "", scene: 1 },
        ],
      },
    });

    assert.deepEqual(late.json.issues?.[0]?.path, ["grants", "1", "granted_at"]);
    assert.deepEqual(nobody.json.issues?.[0]?.path, ["grants", "1", "openid"]);
    assert.deepEqual((await scene.api<Page>("GET", GRANTS)).json.items, []);
  });

  test("are listed in pages and filtered", async () => {
    await using scene = await openGatewayScene();
    const grants = ["oA", "oB", "oC"].map((openid) => ({ openid, scene: 3 }));
    await scene.api("POST", `${GRANTS}/import`, { body: { grants } });

    const first = await scene.api<Page>("GET", `${GRANTS}?limit=2`);
    const after = encodeURIComponent(known(first.json.next_after));
    const second = await scene.api<Page>("GET", `${GRANTS}?limit=2&after=${after}`);
    const ofB = await scene.api<Page>("GET", `${GRANTS}?openid=oB&scene=3&state=available`);
    const nonsense = await scene.api<Page>("GET", `${GRANTS}?openid=o%20o`);

    const names = (page: typeof first): readonly string[] =>
      page.json.items.map(({ openid }) => openid);
    assert.deepEqual([...names(first), ...names(second)].toSorted(), ["oA", "oB", "oC"]);
    assert.equal(second.json.next_after, null);
    assert.deepEqual(names(ofB), ["oB"]);
    assert.deepEqual(names(nonsense), []);
  });

  test("of one person and scene are told with their history, in words", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");

    const { status, json } = await scene.api<{
      readonly grants: readonly Grant[];
      readonly confirmations: readonly { readonly evidence: string; readonly source: unknown }[];
      readonly summary: { readonly en: string };
    }>("GET", `/v1/accounts/${DEMO_APPID}/slots/oZhang/1000`);

    assert.equal(status, 200);
    assert.equal(json.grants.length, 1);
    assert.deepEqual(known(json.confirmations[0]).source, {
      kind: "link",
      id: scene.demo.linkId,
    });
    assert.match(json.summary.en, /^There is a grant to use, confirmed at /);
  });

  test("that WeChat refused can be reinstated by an operator", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    scene.platform.answer = () => 43_101;
    await scene.api("POST", `/v1/accounts/${DEMO_APPID}/messages?wait_ms=10000`, {
      body: { openid: "oZhang", scene: 1000, title: "t", content: "c" },
    });

    const path = `${GRANTS}/oZhang/1000/1/reinstate`;
    const { status, json } = await scene.api<Grant>("POST", path);

    assert.deepEqual([status, json.state], [200, "available"]);
  });

  test("that are not void, or not there, cannot be reinstated", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");

    const notVoid = await scene.api<Problem>("POST", `${GRANTS}/oZhang/1000/1/reinstate`);
    const unknown = await scene.api<Problem>("POST", `${GRANTS}/oZhang/1000/9/reinstate`);

    assert.deepEqual(
      [notVoid, unknown].map(({ status, json }) => [status, json.code, json.reason]),
      [
        [409, "grant_not_reinstatable", "not_void"],
        [409, "grant_not_reinstatable", "unknown_grant"],
      ],
    );
  });
});

test("events are told after a number, oldest first, in the spelling of the wire", async () => {
  await using scene = await openGatewayScene();
  await scene.confirm("oZhang");
  await scene.confirm("oLi");
  interface Event {
    readonly number: number;
    readonly type: string;
    readonly facts: Readonly<Record<string, unknown>>;
  }
  const EVENTS = `/v1/accounts/${DEMO_APPID}/events`;

  const all = await scene.api<List<Event>>("GET", EVENTS);
  const rest = await scene.api<List<Event>>("GET", `${EVENTS}?after=1&limit=1`);

  assert.deepEqual(
    all.json.items.map(({ number, type }) => [number, type]),
    [
      [1, "grant.opened"],
      [2, "grant.opened"],
    ],
  );
  assert.equal(known(all.json.items[0]).facts["openid"], "oZhang");
  assert.equal(known(all.json.items[0]).facts["is_maybe_spent"], false);
  assert.deepEqual(
    rest.json.items.map(({ number }) => number),
    [2],
  );
});

describe("API keys", () => {
  interface Key {
    readonly id: string;
    readonly key: string;
    readonly principal: string;
    readonly revoked_at: string | null;
  }

  test("are shown once, work at once, and are listed without themselves", async () => {
    await using scene = await openGatewayScene();

    const issued = await scene.api<Key>("POST", "/v1/keys", { body: { principal: "shop" } });
    const headers = { authorization: `Bearer ${issued.json.key}` };
    const used = await scene.api("GET", "/v1/accounts", { headers });
    const listed = await scene.api<List<Key>>("GET", "/v1/keys");

    assert.equal(issued.status, 201);
    assert.match(issued.json.key, /^yici_[0-9A-Za-z]{32}$/);
    assert.equal(used.status, 200);
    assert.ok(!listed.text.includes(issued.json.key));
    assert.deepEqual(listed.json.items.map(({ principal }) => principal).toSorted(), [
      "shop",
      "tests",
    ]);
  });

  test("end when they are revoked, once", async () => {
    await using scene = await openGatewayScene();
    const { json } = await scene.api<Key>("POST", "/v1/keys", { body: { principal: "shop" } });

    const revoked = await scene.api("DELETE", `/v1/keys/${json.id}`);
    const headers = { authorization: `Bearer ${json.key}` };
    const used = await scene.api<Problem>("GET", "/v1/accounts", { headers });
    const again = await scene.api<Problem>("DELETE", `/v1/keys/${json.id}`);

    assert.equal(revoked.status, 200);
    assert.deepEqual([used.status, used.json.code], [401, "unauthorized"]);
    assert.deepEqual([again.status, again.json.code], [404, "key_not_found"]);
  });
});
