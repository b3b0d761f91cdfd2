import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld } from "@yici/runtime";
import { DatabaseClock } from "../../../src/store/postgres/database-clock.ts";

test("the database's time is what it said last, and what has passed since", async () => {
  const world = createManualWorld();
  const clock = new DatabaseClock(world);

  clock.note(5_000);
  await world.advance(700);
  const later = clock.estimate();
  clock.note(5_690);

  assert.equal(later, 5_700);
  assert.equal(clock.estimate(), 5_690);
});

test("nobody says what time it is at the database when it has said nothing for seconds", async () => {
  const world = createManualWorld();
  const clock = new DatabaseClock(world);
  const before = clock.estimate();

  clock.note(5_000);
  await world.advance(2_001);

  assert.equal(before, undefined);
  assert.equal(clock.estimate(), undefined);
});
