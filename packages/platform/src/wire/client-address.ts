import { isIPv4 } from "node:net";

const MAPPED = /^::ffff:(?=[0-9.]+$)/i;

/** A client's address: one of IPv4 as such, also where the socket is one of IPv6. */
export function plainAddress(remoteAddress: string): string {
  return remoteAddress.replace(MAPPED, "");
}

/** As WeChat's refusals write it: an address of IPv4 in both forms. */
export function describeAddress(address: string): string {
  return isIPv4(address) ? `${address} ipv6 ::ffff:${address}` : `${address} ipv6 ${address}`;
}
