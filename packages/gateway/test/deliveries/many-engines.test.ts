import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccountState } from "../../src/deliveries/account-state.ts";
import type { DeliveryEngine } from "../../src/deliveries/engine.ts";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import type { SendLimits } from "../../src/deliveries/send-limits.ts";
import type { Store } from "../../src/store/store.ts";
import { appidOf, known, openEngineScene } from "./engine-scene.ts";
import type { EngineScene } from "./engine-scene.ts";
import { wrapStore } from "./mortal-store.ts";

/** Engines on one store, each with a memory of its own: as many processes on one database. */
function startEngines(scene: EngineScene, count: number): readonly DeliveryEngine[] {
  const listeners: (() => void)[] = [];
  scene.store.onDue(() => listeners.forEach((listener) => listener()));
  const shared: Store = wrapStore(scene.store, (name, call, args) => {
    const [listener] = args;
    return name === "onDue" ? listeners.push(listener as () => void) : call();
  });
  const engines = Array.from({ length: count }, () => scene.buildEngine({ store: shared }));
  for (const engine of engines) engine.start();
  return engines;
}

async function limit(scene: EngineScene, limits: SendLimits): Promise<void> {
  const account = known(await scene.store.findAccount(appidOf(1)));
  await scene.store.replaceAccount({ ...account, limits });
}

/** Moves the clock on until so many are delivered; answers how long that took. */
async function deliver(scene: EngineScene, count: number): Promise<number> {
  const startedAt = scene.world.now();
  for (let step = 0; step < 2_000 && scene.platform.delivered.size < count; step += 1) {
    await letHappen(scene);
    if (scene.platform.delivered.size < count) await scene.world.advance(20);
  }
  assert.equal(scene.platform.delivered.size, count);
  return scene.world.now() - startedAt;
}

/** Lets everything that can happen without time passing happen, the platform's answers included. */
async function letHappen(scene: EngineScene): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    await new Promise<void>((resolve) => scene.world.defer(resolve));
  }
}

test("two engines on one store send everything once, and with one token", async () => {
  await using scene = await openEngineScene();
  const ids = await scene.accept(300);

  startEngines(scene, 2);
  await deliver(scene, ids.length);

  assert.equal(scene.platform.sends.length, ids.length);
  assert.equal(scene.platform.tokenCallCount(), 1);
});

test("two engines together have no more sends in flight than the account's limit", async () => {
  await using scene = await openEngineScene();
  await limit(scene, { perSecond: undefined, inFlight: 3 });
  const ids = await scene.accept(60);

  startEngines(scene, 2);
  await deliver(scene, ids.length);

  assert.ok(scene.platform.busiest() <= 3, `${scene.platform.busiest()} at once`);
  assert.equal(scene.platform.sends.length, ids.length);
});

test("two engines together send no faster than the account's rate", async () => {
  await using scene = await openEngineScene();
  const perSecond = 20;
  await limit(scene, { perSecond, inFlight: undefined });
  const ids = await scene.accept(100);

  startEngines(scene, 2);
  const tookMs = await deliver(scene, ids.length);

  const burst = (perSecond * RETRY_POLICY.rateBurstMs) / 1_000;
  const leastMs = ((ids.length - burst) * 1_000) / perSecond;
  assert.ok(tookMs >= leastMs, `${tookMs} ms`);
  assert.ok(tookMs <= leastMs * 1.5, `${tookMs} ms`);
});

test("a limit in flight uses the room it has: as one send ends the next begins", async () => {
  await using scene = await openEngineScene();
  await limit(scene, { perSecond: undefined, inFlight: 4 });
  const { answer } = scene.platform;
  const gate = Promise.withResolvers<void>();
  scene.platform.answer = async (send) => {
    await gate.promise;
    return answer(send);
  };
  const ids = await scene.accept(40);
  scene.engine.start();

  await scene.platform.arrived(4);
  gate.resolve();
  const tookMs = await deliver(scene, ids.length);

  assert.equal(scene.platform.busiest(), 4);
  assert.ok(tookMs < 1_000, `${tookMs} ms`);
});

test("a send that hangs takes one place of a limit, and the others go on", async () => {
  await using scene = await openEngineScene();
  await limit(scene, { perSecond: undefined, inFlight: 2 });
  const { answer } = scene.platform;
  scene.platform.answer = (send) => (send.number === 1 ? "silence" : answer(send));
  const ids = await scene.accept(20);
  scene.engine.start();

  await scene.until(() => scene.platform.delivered.size === ids.length - 1);

  assert.equal(scene.platform.sends.length, ids.length);
});

test("a platform in trouble is left alone by all engines, tried by one send, and used again when it answers", async () => {
  await using scene = await openEngineScene();
  const { troublesMax, openMs } = RETRY_POLICY.breaker;
  let isDown = true;
  const { answer } = scene.platform;
  scene.platform.answer = (send) => (isDown ? "reset" : answer(send));
  const ids = await scene.accept(200);
  const findState = (): Promise<AccountState> => scene.store.findAccountState(appidOf(1));

  startEngines(scene, 2);
  await scene.until(async () => {
    const { breaker, load } = await findState();
    return breaker.opening !== undefined && load.inFlight === 0;
  });
  const sentWhenOpened = scene.platform.sends.length;
  await scene.world.advance(openMs - 1_000);
  await letHappen(scene);
  const sentWhileOpen = scene.platform.sends.length;
  await scene.world.advance(2_000);
  await scene.until(() => scene.platform.sends.length > sentWhileOpen);
  await letHappen(scene);
  const sentToTry = scene.platform.sends.length;
  isDown = false;
  await deliver(scene, ids.length);

  assert.ok(sentWhenOpened >= troublesMax && sentWhenOpened < ids.length);
  assert.equal(sentWhileOpen, sentWhenOpened);
  assert.equal(sentToTry, sentWhileOpen + 1);
  assert.equal((await findState()).breaker.opening, undefined);
});

test("an engine that stops leaves its work to the other: nothing is lost, nothing sent twice", async () => {
  await using scene = await openEngineScene();
  const ids = await scene.accept(400);
  const [first] = startEngines(scene, 2);

  await scene.platform.arrived(50);
  const stopped = known(first).stop();
  await deliver(scene, ids.length);
  await stopped;

  assert.equal(scene.platform.sends.length, ids.length);
  assert.ok([...scene.platform.delivered.values()].every((count) => count === 1));
});
