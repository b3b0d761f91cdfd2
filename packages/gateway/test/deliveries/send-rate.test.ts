import assert from "node:assert/strict";
import { test } from "node:test";
import { SendRate } from "../../src/deliveries/send-rate.ts";

test("the rate is that between the last two leases, and nothing before there were two", () => {
  const rate = new SendRate();

  rate.measure(1_000);
  const before = rate.perSecond;
  for (let sends = 0; sends < 30; sends += 1) rate.count();
  rate.measure(1_500);
  const first = rate.perSecond;
  rate.count();
  rate.measure(2_500);

  assert.equal(before, 0);
  assert.equal(first, 60);
  assert.equal(rate.perSecond, 1);
});

test("two leases at the same instant say nothing about the rate", () => {
  const rate = new SendRate();

  rate.measure(1_000);
  rate.count();
  rate.measure(1_000);

  assert.equal(rate.perSecond, 0);
});
