import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreError } from "@yici/protocol";
import type { AppId } from "@yici/protocol";
import { createMovableWorld, createWorld, silentLog } from "@yici/runtime";
import { ensureDemo } from "../../src/accounts/ensure-demo.ts";
import { createPublicServer } from "../../src/http/public-server.ts";
import { createVisitLimiter, VISIT_LIMITS } from "../../src/http/visits/visit-limits.ts";
import { createSealer } from "../../src/secrets/sealer.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import { createVisitor } from "./gateway-scene.ts";
import type { Visitor } from "./gateway-scene.ts";

const KEYS = [Buffer.alloc(32, 9)] as const;

/** The public side over a store that can be made to fail. */
interface FailingScene extends AsyncDisposable, Visitor {
  readonly store: Store;
  readonly appid: AppId;
  readonly entryUrl: string;
  /** From now on the store's writes and reads throw, or work again. */
  setFailing(isFailing: boolean): void;
}

async function openFailingScene(): Promise<FailingScene> {
  const world = createMovableWorld(createWorld({ log: silentLog }));
  const store = SqliteStore.open({ path: ":memory:", world });
  let isFailing = false;
  const failing = <Args extends readonly unknown[], T>(call: (...args: Args) => Promise<T>) => {
    return (...args: Args): Promise<T> =>
      isFailing
        ? Promise.reject(new StoreError("the disk is full", { isCommitUnknown: false }))
        : call(...args);
  };
  const app = createPublicServer({
    store: {
      findAccountByCode: (code) => store.findAccountByCode(code),
      findLink: failing((appid, linkId) => store.findLink(appid, linkId)),
      confirm: failing((callback, now) => store.confirm(callback, now)),
      decline: failing((callback, now) => store.decline(callback, now)),
      listAccounts: failing(() => store.listAccounts()),
      findComponent: failing((appid) => store.findComponent(appid)),
      saveTicket: failing((appid, ticket) => store.saveTicket(appid, ticket)),
    },
    sealer: createSealer(KEYS, world),
    keys: KEYS,
    world,
    limiter: createVisitLimiter(VISIT_LIMITS, world),
    trustedProxies: [],
  });
  const publicUrl = await app.listen({ host: "127.0.0.1", port: 0 });
  const demo = await ensureDemo(
    { apiUrl: "http://127.0.0.1:9", pageUrl: "http://127.0.0.1:9", appSecret: "s" },
    { store, world, sealer: createSealer(KEYS, world), publicUrl },
  );
  return {
    ...createVisitor(world, publicUrl),
    store,
    appid: demo.appid as AppId,
    entryUrl: demo.entryUrl,
    setFailing: (value) => void (isFailing = value),
    async [Symbol.asyncDispose]() {
      await app.close();
      await store.close();
      await world.dispatcher.destroy();
    },
  };
}

test("when the store fails, the callback's page tries again by itself, and then the consent is recorded", async () => {
  await using scene = await openFailingScene();
  const asking = await scene.enter({ entryUrl: scene.entryUrl });
  const url = scene.comeBack(asking);
  const headers = { cookie: asking.cookie };

  scene.setFailing(true);
  const failed = await scene.visit(url, { headers });
  scene.setFailing(false);
  const again = await scene.browse(url, { headers });

  assert.equal(failed.status, 503);
  assert.match(failed.text, /http-equiv="refresh"/);
  assert.equal(failed.headers["retry-after"], "3");
  assert.equal(again.status, 200);
  const filter = { appid: scene.appid, limit: 10, after: undefined };
  assert.deepEqual(
    (await scene.store.listGrants(filter)).map(({ evidence }) => evidence),
    ["bound"],
  );
});

test("when the store fails, a link's page tries again by itself", async () => {
  await using scene = await openFailingScene();
  scene.setFailing(true);

  const failed = await scene.visit(scene.entryUrl);

  assert.equal(failed.status, 503);
  assert.match(failed.text, /http-equiv="refresh"/);
});
