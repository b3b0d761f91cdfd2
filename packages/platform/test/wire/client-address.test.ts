import assert from "node:assert/strict";
import { test } from "node:test";
import { describeAddress, plainAddress } from "../../src/wire/client-address.ts";

test("an address of IPv4 is written as such, also where the socket is one of IPv6", () => {
  assert.deepEqual(
    ["::ffff:203.0.113.7", "::FFFF:203.0.113.7", "203.0.113.7", "2001:db8::7", "::1"].map(
      plainAddress,
    ),
    ["203.0.113.7", "203.0.113.7", "203.0.113.7", "2001:db8::7", "::1"],
  );
});

test("a refusal names an address as WeChat does", () => {
  assert.equal(describeAddress("203.0.113.7"), "203.0.113.7 ipv6 ::ffff:203.0.113.7");
  assert.equal(describeAddress("2001:db8::7"), "2001:db8::7 ipv6 2001:db8::7");
});
