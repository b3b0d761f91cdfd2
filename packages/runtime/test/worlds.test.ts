import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld, createMovableWorld, createWorld, silentLog } from "@yici/runtime";

test("a manual clock stands still until it is moved and wakes sleepers in the order of their time", async () => {
  const world = createManualWorld({ startAt: 1_000 });
  const woken: string[] = [];
  const note = (name: string) => () => woken.push(`${name} at ${world.now()}`);
  const sleeps = [world.sleep(300).then(note("late")), world.sleep(100).then(note("early"))];

  await world.advance(99);
  assert.deepEqual(woken, []);
  await world.advance(500);
  await Promise.all(sleeps);

  assert.deepEqual(woken, ["early at 1100", "late at 1300"]);
  assert.equal(world.now(), 1_599);
});

test("a sleeper that sleeps again inside one move wakes again at its own time", async () => {
  const world = createManualWorld({ startAt: 0 });
  const ticks: number[] = [];
  const loop = (async () => {
    for (let round = 0; round < 3; round += 1) {
      await world.sleep(10);
      ticks.push(world.now());
    }
  })();

  await world.advance(30);
  await loop;

  assert.deepEqual(ticks, [10, 20, 30]);
});

test("an aborted sleep ends at once, in every world", async () => {
  const worlds = [
    createWorld({ log: silentLog }),
    createManualWorld(),
    createMovableWorld(createWorld({ log: silentLog })),
  ];

  for (const world of worlds) {
    const stop = new AbortController();
    const sleep = world.sleep(60_000, stop.signal);
    stop.abort();
    await sleep;
    await world.sleep(60_000, stop.signal);
    await world.dispatcher.close();
  }
});

test("pushing a movable clock forward wakes who was sleeping until then, and nobody else", async () => {
  const world = createMovableWorld(createManualWorld({ startAt: 0 }));
  let isHourOver = false;
  let isDayOver = false;
  const hour = world.sleep(3_600_000).then(() => (isHourOver = true));
  void world.sleep(86_400_000).then(() => (isDayOver = true));

  world.advance(3_600_000);
  await hour;

  assert.equal(isHourOver, true);
  assert.equal(isDayOver, false);
  assert.equal(world.now(), 3_600_000);
  assert.equal(world.advancedMs(), 3_600_000);
});

test("a movable clock never goes back", () => {
  const world = createMovableWorld(createManualWorld());

  assert.throws(() => world.advance(-1), RangeError);
  assert.throws(() => world.advance(Number.NaN), RangeError);
});

test("seeded chance repeats itself for one seed and differs for another", () => {
  const bytes = (seed: string): string =>
    createManualWorld({ seed }).randomBytes(48).toString("hex");

  assert.equal(bytes("a"), bytes("a"));
  assert.notEqual(bytes("a"), bytes("b"));
});

test("a delay longer than a timer can hold does not fire at once", async () => {
  const world = createWorld({ log: silentLog });
  const stop = new AbortController();
  let isOver = false;
  const sleep = world.sleep(2 ** 40, stop.signal).then(() => (isOver = true));

  await new Promise((resolve) => world.defer(() => resolve(undefined)));
  assert.equal(isOver, false);

  stop.abort();
  await sleep;
  await world.dispatcher.close();
});

test("draws of chance, small and large, have their size and never repeat one another", async () => {
  const world = createWorld({ log: silentLog });
  const sizes = [8, 16, 32, 64, 65, 5_000];

  const draws = Array.from({ length: 3_000 }, (_, index) =>
    world.randomBytes(sizes[index % sizes.length] ?? 8),
  );

  draws.forEach((draw, index) => assert.equal(draw.length, sizes[index % sizes.length]));
  assert.equal(new Set(draws.map((draw) => draw.toString("hex", 0, 8))).size, draws.length);
  await world.dispatcher.close();
});

test("who changes the bytes of one draw changes no other", async () => {
  const world = createWorld({ log: silentLog });
  const first = world.randomBytes(8);
  const kept = Buffer.from(first);

  world.randomBytes(8).fill(0);

  assert.deepEqual(first, kept);
  await world.dispatcher.close();
});
