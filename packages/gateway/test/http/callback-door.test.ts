import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { parseAuthorizeLink, parseScene, StoreError } from "@yici/protocol";
import { createDispatcher, createManualWorld } from "@yici/runtime";
import type { PublicContext } from "../../src/http/public-context.ts";
import { createPublicServer } from "../../src/http/public-server.ts";
import { createVisitLimiter, VISIT_LIMITS } from "../../src/http/visits/visit-limits.ts";
import { openLink } from "../../src/links/open-link.ts";
import { createSealer } from "../../src/secrets/sealer.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { APPID, buildAccount } from "../store/ledger-scene.ts";
import { known } from "./gateway-scene.ts";

const KEYS = [Buffer.alloc(32, 5)] as const;
const BROWSER = "0123456789abcdefghijklmnopqrstuv";
const WECHAT = "Mozilla/5.0 (iPhone) Mobile/15E148 MicroMessenger/8.0.49";

type Headers = Readonly<Record<string, string>>;

/** A header that Node's parser takes and the door does not: what has it is answered behind the door. */
const PAST_THE_DOOR: Headers = { te: "trailers" };
const FROM_PROXY: Headers = { "x-forwarded-for": "10.1.2.3", "x-forwarded-proto": "https" };

/** A public server for one account whose address is https, behind a trusted proxy, at an instant that stays. */
async function openScene(t: TestContext, parts: Partial<PublicContext> = {}) {
  const world = createManualWorld();
  const store = SqliteStore.open({ path: ":memory:", world });
  const account = { ...buildAccount(APPID, "aaaa"), publicUrl: "https://shop.test/wx" };
  await store.addAccount(account);
  const link = { linkId: "aaaalink", scene: known(parseScene(7)) };
  const app = createPublicServer({
    store,
    sealer: createSealer(KEYS, world),
    keys: KEYS,
    world,
    limiter: createVisitLimiter(VISIT_LIMITS, world),
    trustedProxies: ["loopback"],
    ...parts,
  });
  const requests = { behindCount: 0 };
  app.server.on("request", () => (requests.behindCount += 1));
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  t.after(() => app.close());
  const opened = openLink({ account, link, browser: BROWSER, userAgent: WECHAT }, KEYS, world);
  assert.equal(opened.kind, "asked");
  const { reserved, templateId, scene } = parseAuthorizeLink(opened.location);
  const query = `template_id=${templateId}&reserved=${reserved}&scene=${scene}`;
  /** One request on a connection of its own, and its answer: headers as they came, but for their date. */
  const ask = async (path: string, more: Headers) => {
    const dispatcher = createDispatcher();
    const reply = await dispatcher.request({
      origin,
      path,
      method: "GET",
      headers: { "user-agent": WECHAT, ...more },
      responseHeaders: "raw",
    });
    const text = await reply.body.text();
    await dispatcher.close();
    const headers = Object.values(reply.headers).filter((word) => !String(word).endsWith(" GMT"));
    return { status: reply.statusCode, headers, text };
  };
  return { app, origin, requests, ask, confirmed: `openid=oAnn&action=confirm&${query}`, query };
}

test("a callback is answered at the door as it is answered behind it, header by header", async (t) => {
  const { ask, requests, confirmed, query } = await openScene(t);
  const cookie = { ...FROM_PROXY, cookie: `__Host-yici_b=${BROWSER}` };
  const visits: readonly (readonly [target: string, headers: Headers, status: number])[] = [
    [`/callback/aaaa?${confirmed}`, cookie, 303],
    [`/callback/aaaa?${confirmed}`, FROM_PROXY, 303],
    [`/callback/aaaa?${confirmed.replace("oAnn", "oBob")}`, cookie, 303],
    [`/callback/aaaa?action=cancel&${query}`, cookie, 303],
    [`/callback/aaaa?${confirmed.replace("reserved=", "reserved=x")}`, cookie, 303],
    ["/callback/aaaa?", cookie, 303],
    ["/callback/none?a=/callback/aaaa?b", cookie, 404],
    [`/callback/aaaa?${confirmed}`, { "x-forwarded-for": "10.1.2.3" }, 308],
    [`/callback/aaaa?${confirmed}`, { "x-forwarded-proto": "http" }, 308],
    [`/callback/aaaa?${confirmed}`, { ...cookie, purpose: "prefetch" }, 503],
  ];

  for (const [target, headers, status] of visits) {
    const atDoor = await ask(target, headers);
    const countAtDoor = requests.behindCount;
    const behind = await ask(target, { ...headers, ...PAST_THE_DOOR });

    assert.deepEqual(atDoor, behind);
    assert.equal(atDoor.status, status);
    assert.equal(requests.behindCount, countAtDoor + 1);
  }
  assert.equal(requests.behindCount, visits.length);
});

test("what is no plain callback goes behind the door", async (t) => {
  const { ask, requests, confirmed } = await openScene(t);
  const visits: readonly (readonly [target: string, headers: Headers])[] = [
    [`/wx/callback/aaaa?${confirmed}`, FROM_PROXY],
    ["/callback/aaaa", FROM_PROXY],
    [`/callback/aa%61a?${confirmed}`, FROM_PROXY],
    ["/callback/aaaa/done/confirmed.x?y", FROM_PROXY],
    ["/l/aaaalink", FROM_PROXY],
    [`/callback/aaaa?${confirmed}`, { "x-forwarded-for": "10.1.2.3, 10.1.2.4" }],
    [`/callback/aaaa?${confirmed}`, { "x-forwarded-for": "unknown" }],
    [`/callback/aaaa?${confirmed}`, { "x-forwarded-proto": "https, http" }],
  ];

  for (const [target, headers] of visits) await ask(target, headers);

  assert.equal(requests.behindCount, visits.length);
});

test("a limit on an address counts at the door and behind it, by the address that a trusted proxy names", async (t) => {
  const limits = { ...VISIT_LIMITS, address: { burst: 2, perMinute: 1 } };
  const limiter = createVisitLimiter(limits, createManualWorld());
  const { ask, confirmed } = await openScene(t, { limiter });
  const target = `/callback/aaaa?${confirmed}`;

  await ask(target, FROM_PROXY);
  await ask(target, { ...FROM_PROXY, ...PAST_THE_DOOR });
  const atDoor = await ask(target, FROM_PROXY);
  const behind = await ask(target, { ...FROM_PROXY, ...PAST_THE_DOOR });
  const another = await ask(target, { ...FROM_PROXY, "x-forwarded-for": "10.1.2.4" });

  assert.deepEqual(atDoor, behind);
  assert.ok(atDoor.headers.includes("retry-after"));
  assert.deepEqual([atDoor.status, another.status], [429, 303]);
});

test("a proxy that is not trusted names nobody, at the door either", async (t) => {
  const limits = { ...VISIT_LIMITS, address: { burst: 1, perMinute: 1 } };
  const limiter = createVisitLimiter(limits, createManualWorld());
  const { ask, confirmed } = await openScene(t, { limiter, trustedProxies: [] });
  const target = `/callback/aaaa?${confirmed}`;

  const first = await ask(target, FROM_PROXY);
  const second = await ask(target, { "x-forwarded-for": "10.9.9.9" });

  assert.deepEqual([first.status, second.status], [308, 429]);
});

test("when the store is down, the door answers the page that tries again", async (t) => {
  const store = SqliteStore.open({ path: ":memory:", world: createManualWorld() });
  await store.addAccount({ ...buildAccount(APPID, "aaaa"), publicUrl: "https://shop.test/wx" });
  const failing = Object.assign(store, {
    confirm: () => Promise.reject(new StoreError("down", { isCommitUnknown: false })),
  });
  const { ask, confirmed } = await openScene(t, { store: failing });

  const atDoor = await ask(`/callback/aaaa?${confirmed}`, FROM_PROXY);
  const behind = await ask(`/callback/aaaa?${confirmed}`, { ...FROM_PROXY, ...PAST_THE_DOOR });

  assert.deepEqual(atDoor, behind);
  assert.equal(atDoor.status, 503);
  assert.match(atDoor.text, /http-equiv="refresh"/);
});

test("a server that stops lets go of connections that wait at its door", async (t) => {
  const { app, origin, confirmed } = await openScene(t);
  const dispatcher = createDispatcher();
  t.after(() => dispatcher.close());
  const path = `/callback/aaaa?${confirmed}`;
  const { body } = await dispatcher.request({ origin, path, method: "GET" });
  await body.text();

  await app.close();

  await assert.rejects(dispatcher.request({ origin, path, method: "GET" }), /ECONNREFUSED/);
});
