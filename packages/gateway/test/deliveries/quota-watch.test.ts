import assert from "node:assert/strict";
import { test } from "node:test";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import { appidOf, openEngineScene } from "./engine-scene.ts";
import type { EngineScene } from "./engine-scene.ts";

const { quotaWatchMs } = RETRY_POLICY;

/** An account whose quota was used up by its first send; the world begins at midnight UTC, 16 hours before WeChat's. */
async function openExhausted(): Promise<{ readonly scene: EngineScene; readonly id: string }> {
  const scene = await openEngineScene();
  const { answer } = scene.platform;
  scene.platform.answer = (send) => (scene.platform.remain > 0 ? answer(send) : 45_009);
  scene.engine.start();
  const [id = ""] = await scene.accept(1);
  await scene.until(async () => (await scene.store.findPause(appidOf(1))) !== undefined);
  return { scene, id };
}

test("an account without quota goes on as soon as WeChat says that some is left, not only at midnight", async () => {
  const { scene, id } = await openExhausted();
  await using _scene = scene;
  scene.platform.remain = 10;

  await scene.world.advance(quotaWatchMs + 60_000);
  const report = await scene.reached(id, "delivered");

  assert.equal(report.delivery.countedAttempts, 1);
  assert.equal(scene.platform.quotaCallCount(), 1);
});

test("while nothing is left WeChat is asked once an hour, and nothing is sent", async () => {
  const { scene } = await openExhausted();
  await using _scene = scene;

  for (let minute = 0; minute < 90; minute += 1) {
    await scene.world.advance(60_000);
    await letHappen(scene);
  }

  assert.equal(scene.platform.quotaCallCount(), 1);
  assert.equal(scene.platform.sends.length, 1);
});

test("an account that an operator paused is not asked about", async () => {
  await using scene = await openEngineScene();
  scene.engine.start();
  const [id = ""] = await scene.accept(1);
  await scene.reached(id, "delivered");
  const pause = { reason: "operator", errcode: undefined, detail: "", until: undefined };
  const now = scene.world.now();
  await scene.store.pauseAccount(appidOf(1), { ...pause, pausedAt: now }, now);
  scene.platform.remain = 10;

  await scene.world.advance(quotaWatchMs + 60_000);
  await letHappen(scene);

  assert.equal(scene.platform.quotaCallCount(), 0);
  assert.equal((await scene.store.findPause(appidOf(1)))?.reason, "operator");
});

/** Lets everything that can happen without time passing happen, the platform's answers included. */
async function letHappen(scene: EngineScene): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    await new Promise<void>((resolve) => scene.world.defer(resolve));
  }
}
