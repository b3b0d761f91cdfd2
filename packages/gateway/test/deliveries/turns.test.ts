import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppId } from "@yici/protocol";
import { Turns } from "../../src/deliveries/turns.ts";
import type { Serving } from "../../src/deliveries/turns.ts";
import { appidOf } from "./engine-scene.ts";

const A = appidOf(1);
const B = appidOf(2);
const C = appidOf(3);
const D = appidOf(4);

function serving(served: readonly AppId[], hungry: readonly AppId[] = []): Serving {
  return {
    size: served.length,
    has: (appid) => served.includes(appid),
    needsMore: (appid) => hungry.includes(appid),
  };
}

test("everybody who is due is served while there is room, whoever waits longest first", () => {
  const turns = new Turns();

  const picked = turns.pick([B, A], 0, serving([]), 2);

  assert.deepEqual(picked, [B, A]);
});

test("who is served already gets more when there is use for it", () => {
  const turns = new Turns();

  const picked = turns.pick([A, B, C], 0, serving([A, B], [B]), 3);

  assert.deepEqual(picked, [B, C]);
});

test("while others wait for a place, nobody who has one gets more", () => {
  const turns = new Turns();

  const picked = turns.pick([A, B, C], 0, serving([A, B], [A, B]), 2);

  assert.deepEqual(picked, []);
});

test("places go to those whose last turn is longest ago, however old the others' deliveries are", () => {
  const turns = new Turns();
  const due = [A, B, C, D];

  const first = turns.pick(due, 0, serving([]), 2);
  const second = turns.pick(due, 0, serving([]), 2);
  const third = turns.pick(due, 0, serving([]), 2);

  assert.deepEqual(
    [first, second, third],
    [
      [A, B],
      [C, D],
      [A, B],
    ],
  );
});

test("an account that rests is passed over until its time has come", () => {
  const turns = new Turns();
  turns.rest(A, 100);

  const before = turns.pick([A, B], 99, serving([]), 2);
  const nextAt = turns.findNextAt();
  const after = turns.pick([A, B], 100, serving([]), 2);

  assert.deepEqual(before, [B]);
  assert.equal(nextAt, 100);
  assert.deepEqual(after, [A, B]);
  assert.equal(turns.findNextAt(), undefined);
});
