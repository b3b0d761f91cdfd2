import assert from "node:assert/strict";
import { test } from "node:test";
import { createMovableWorld, createWorld, silentLog } from "@yici/runtime";
import { type CutProxy, openCutProxy } from "../../../../tools/postgres/cut-proxy.ts";
import { ensureDemo } from "../../src/accounts/ensure-demo.ts";
import { createPublicServer } from "../../src/http/public-server.ts";
import { createVisitLimiter, VISIT_LIMITS } from "../../src/http/visits/visit-limits.ts";
import { createSealer } from "../../src/secrets/sealer.ts";
import { PostgresStore } from "../../src/store/postgres/postgres-store.ts";
import type { Store } from "../../src/store/store.ts";
import { makePostgresPlace } from "../store/postgres/postgres-places.ts";
import { createVisitor, type Visitor } from "./gateway-scene.ts";

const KEYS = [Buffer.alloc(32, 9)] as const;

/** The public side of a gateway on a PostgreSQL server that can be out of reach. */
interface DownScene extends AsyncDisposable, Visitor {
  readonly proxy: CutProxy;
  readonly store: Store;
  readonly entryUrl: string;
}

async function openDownScene(): Promise<DownScene> {
  const world = createMovableWorld(createWorld({ log: silentLog }));
  const place = makePostgresPlace();
  const proxy = await openCutProxy(await place.url());
  const store = await PostgresStore.open({ url: proxy.url, listenUrl: null, world });
  const sealer = createSealer(KEYS, world);
  const limiter = createVisitLimiter(VISIT_LIMITS, world);
  const shared = { store, sealer, world };
  const app = createPublicServer({ ...shared, keys: KEYS, limiter, trustedProxies: [] });
  const publicUrl = await app.listen({ host: "127.0.0.1", port: 0 });
  const nowhere = "http://127.0.0.1:9";
  const demo = { apiUrl: nowhere, pageUrl: nowhere, appSecret: "s" };
  const { entryUrl } = await ensureDemo(demo, { ...shared, publicUrl });
  return {
    ...createVisitor(world, publicUrl),
    proxy,
    store,
    entryUrl,
    async [Symbol.asyncDispose]() {
      await app.close();
      await store.close();
      await proxy.close();
      await place.drop();
      await world.dispatcher.destroy();
    },
  };
}

test("when the server is down, the callback's page tries again by itself; when it is back, the same callback is a consent", async () => {
  await using scene = await openDownScene();
  const asking = await scene.enter({ entryUrl: scene.entryUrl });
  const url = scene.comeBack(asking);
  const headers = { cookie: asking.cookie };

  scene.proxy.setDown(true);
  const failed = await scene.visit(url, { headers });
  scene.proxy.setDown(false);
  const again = await scene.browse(url, { headers });

  assert.equal(failed.status, 503);
  assert.match(failed.text, /http-equiv="refresh"/);
  assert.equal(again.status, 200);
  const [account] = await scene.store.listAccounts();
  assert.ok(account !== undefined);
  const filter = { appid: account.appid, limit: 10, after: undefined };
  assert.deepEqual(
    (await scene.store.listGrants(filter)).map(({ evidence, state }) => `${evidence} ${state}`),
    ["bound available"],
  );
});

test("a callback whose commit nobody can vouch for is asked again by its page, and is one consent", async () => {
  await using scene = await openDownScene();
  const asking = await scene.enter({ entryUrl: scene.entryUrl });
  const url = scene.comeBack(asking);
  const headers = { cookie: asking.cookie };
  const isCut = scene.proxy.cutAfter(/= 0; COMMIT/);

  const failed = await scene.visit(url, { headers });
  await isCut;
  const again = await scene.browse(url, { headers });

  assert.equal(failed.status, 503);
  assert.match(failed.text, /http-equiv="refresh"/);
  assert.equal(again.status, 200);
  const [account] = await scene.store.listAccounts();
  assert.ok(account !== undefined);
  const events = await scene.store.listEvents(account.appid, 0, 10);
  assert.deepEqual(
    events.map(({ type }) => type),
    ["grant.opened"],
  );
});
