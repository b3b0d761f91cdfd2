import { BlockList, isIP, isIPv4 } from "node:net";

/** Whether a text is an address, or a range of addresses such as `203.0.113.0/24`. */
export function isIpRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

/** Whether an address lies in one of these ranges. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = "", bits] = range.split("/");
    if (bits === undefined) list.addAddress(net, nameFamily(net));
    else list.addSubnet(net, Number(bits), nameFamily(net));
  }
  return list.check(address, nameFamily(address));
}

function nameFamily(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}
