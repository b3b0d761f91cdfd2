import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld } from "@yici/runtime";
import { Bell } from "../../src/deliveries/bell.ts";

test("a ring wakes who waits", async () => {
  const bell = new Bell();
  const world = createManualWorld();

  const heard = bell.heard(world, 1_000);
  bell.ring();

  await heard;
  assert.equal(world.monotonic(), 0);
});

test("a ring that nobody waited for is heard by the next to wait, once", async () => {
  const bell = new Bell();
  const world = createManualWorld();
  bell.ring();
  bell.ring();

  await bell.heard(world, 1_000);
  const again = bell.heard(world, 1_000).then(() => world.monotonic());
  await world.advance(1_000);

  assert.equal(await again, 1_000);
});
