import assert from "node:assert/strict";
import { test } from "node:test";
import { createProxyTrust } from "../../../src/http/visits/proxy-trust.ts";

test("a proxy is believed by its address, its network or the word loopback, and nobody else is", () => {
  const isTrusted = createProxyTrust(["192.0.2.7", "10.1.2.3/8", "loopback", "2001:db8::/32"]);
  const peers = {
    "192.0.2.7": true,
    "192.0.2.8": false,
    "10.255.0.1": true,
    "11.0.0.1": false,
    "127.0.0.1": true,
    "127.1.2.3": true,
    "::1": true,
    "::2": false,
    "2001:db8:ffff::1": true,
    "2001:db9::1": false,
    "fe80::1%eth0": false,
    unknown: false,
    "": false,
  };

  const believed = Object.keys(peers).filter(isTrusted);

  assert.deepEqual(
    believed,
    Object.entries(peers).flatMap(([peer, isIn]) => (isIn ? [peer] : [])),
  );
});

test("an IPv4 proxy is the same proxy to a listener for IPv6", () => {
  const isTrusted = createProxyTrust(["10.0.0.0/8"]);

  assert.deepEqual(["::ffff:10.1.1.1", "::ffff:11.1.1.1"].map(isTrusted), [true, false]);
});
