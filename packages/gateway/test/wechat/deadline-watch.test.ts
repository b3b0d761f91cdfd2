import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld } from "@yici/runtime";
import { DeadlineWatch } from "../../src/wechat/deadline-watch.ts";

/** Something watched that notes when it was called. */
function watch(deadlineAt: number, expired: number[]) {
  return { deadlineAt, expire: () => void expired.push(deadlineAt) };
}

test("each deadline is told of when it has passed, in whatever order they came", async () => {
  const world = createManualWorld();
  const now = world.monotonic();
  const watcher = new DeadlineWatch(world);
  const expired: number[] = [];
  for (const ms of [300, 100, 200]) watcher.add(watch(now + ms, expired));

  await world.advance(99);
  const early = [...expired];
  await world.advance(1);
  const first = [...expired];
  await world.advance(200);

  assert.deepEqual(early, []);
  assert.deepEqual(first, [now + 100]);
  assert.deepEqual(expired, [now + 100, now + 200, now + 300]);
});

test("what was over in time is not told of, and what comes after the last one is watched again", async () => {
  const world = createManualWorld();
  const now = world.monotonic();
  const watcher = new DeadlineWatch(world);
  const expired: number[] = [];
  const over = watch(now + 100, expired);
  watcher.add(over);
  watcher.delete(over);
  watcher.add(watch(now + 50, expired));

  await world.advance(100);

  assert.deepEqual(expired, [now + 50]);
});
