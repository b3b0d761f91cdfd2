import assert from "node:assert/strict";
import type { NetworkInterfaceInfo } from "node:os";
import { test } from "node:test";
import { chooseLanAddress } from "../src/dev/lan-address.ts";

test("a home network's address comes before bridges, tunnels and self-assigned ones", () => {
  const interfaces = {
    lo: [ipv4("127.0.0.1", true)],
    docker0: [ipv4("172.17.0.1")],
    eth9: [ipv4("169.254.3.4")],
    utun4: [ipv4("10.8.0.2")],
    wlan0: [ipv4("192.168.1.23")],
  };

  const address = chooseLanAddress(interfaces, undefined);

  assert.equal(address, "192.168.1.23");
});

test("loopback and IPv6 addresses are not offered", () => {
  const ipv6: NetworkInterfaceInfo = {
    address: "fe80::1",
    netmask: "ffff:ffff:ffff:ffff::",
    family: "IPv6",
    mac: "00:00:00:00:00:00",
    internal: false,
    cidr: "fe80::1/64",
    scopeid: 2,
  };

  assert.throws(
    () => chooseLanAddress({ lo: [ipv4("127.0.0.1", true)], eth0: [ipv6] }, undefined),
    { code: "lan_address_unknown" },
  );
});

test("an address that was asked for is taken if it is this machine's, likely or not", () => {
  const interfaces = { eth0: [ipv4("8.8.4.4")], eth1: [ipv4("10.1.2.3")] };

  assert.equal(chooseLanAddress(interfaces, "8.8.4.4"), "8.8.4.4");
  assert.throws(
    () => chooseLanAddress(interfaces, "10.9.9.9"),
    /10\.1\.2\.3 \(eth1\), 8\.8\.4\.4 \(eth0\)/,
  );
});

function ipv4(address: string, internal = false): NetworkInterfaceInfo {
  return {
    address,
    netmask: "255.255.255.0",
    family: "IPv4",
    mac: "00:00:00:00:00:00",
    internal,
    cidr: `${address}/24`,
  };
}
