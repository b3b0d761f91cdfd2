import { BlockList, isIPv4, isIPv6 } from "node:net";

/** What the word `loopback` stands for. */
const LOOPBACK = ["127.0.0.0/8", "::1/128"];

/**
 * Tells whether the peer at an address is one of the proxies whose `X-Forwarded-…` headers are believed. They are given as
 * addresses, as networks such as `10.0.0.0/8`, or as the word `loopback`.
 */
export function createProxyTrust(proxies: readonly string[]): (address: string) => boolean {
  const trusted = buildList(proxies);
  return (address) => isListed(trusted, address);
}

function buildList(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of proxies.flatMap((text) => (text === "loopback" ? LOOPBACK : text))) {
    const [address = "", prefix] = proxy.split("/", 2);
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    const whole = family === "ipv6" ? 128 : 32;
    list.addSubnet(address, prefix === undefined ? whole : Number(prefix), family);
  }
  return list;
}

function isListed(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, "ipv4");
  return isIPv6(address) && list.check(address, "ipv6");
}
