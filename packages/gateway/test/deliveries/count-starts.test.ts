import assert from "node:assert/strict";
import { test } from "node:test";
import { countStarts } from "../../src/deliveries/count-starts.ts";

const IDLE = { free: 0, share: 8, endedCount: 0, startedCount: 0 };

test("one attempt is started for each free connection", () => {
  assert.equal(countStarts({ ...IDLE, free: 3 }), 3);
});

test("as many more are started as sends will end while this commit is written and the next", () => {
  assert.equal(countStarts({ ...IDLE, free: 1, endedCount: 3 }), 7);
  assert.equal(countStarts({ ...IDLE, free: 1, endedCount: 3, startedCount: 3 }), 4);
});

test("what was started and waits for a connection is not started twice over", () => {
  assert.equal(countStarts({ ...IDLE, free: 1, endedCount: 2, startedCount: 4 }), 1);
  assert.equal(countStarts({ ...IDLE, startedCount: 4 }), 0);
});

test("started and not sent are never more than the lane's connections", () => {
  assert.equal(countStarts({ ...IDLE, free: 8, endedCount: 8 }), 8);
  assert.equal(countStarts({ ...IDLE, free: 8, endedCount: 8, startedCount: 5 }), 3);
});
