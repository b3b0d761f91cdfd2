import type { NetworkInterfaceInfo } from "node:os";
import { CliError } from "../cli-error.ts";

/** What `os.networkInterfaces()` answers. */
type NetworkInterfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** An address of this machine that others on its network can reach. */
interface LanAddress {
  readonly address: string;
  /** The interface it belongs to. */
  readonly name: string;
}

/**
 * The address to listen on: the one that was asked for, else the likeliest. Throws a `CliError` when this machine has
 * none, or not that one.
 */
export function chooseLanAddress(interfaces: NetworkInterfaces, asked: string | undefined): string {
  const addresses = listLanAddresses(interfaces);
  const chosen = addresses.find(({ address }) => asked === undefined || address === asked);
  if (chosen !== undefined) return chosen.address;
  const list = addresses.map(({ address, name }) => `${address} (${name})`).join(", ");
  throw new CliError({
    exit: "notStarted",
    code: "lan_address_unknown",
    text:
      addresses.length === 0
        ? { zh: "这台机器没有局域网地址。", en: "This machine has no address on a network." }
        : {
            zh: `${String(asked)} 不是这台机器的局域网地址；可用的有 ${list}。`,
            en: `${String(asked)} is not an address of this machine on a network; there are ${list}.`,
          },
    next:
      addresses.length === 0
        ? {
            zh: "先连上网络，或不带 --lan 启动。",
            en: "Join a network first, or start without --lan.",
          }
        : { zh: "用 --lan=地址 选其中一个。", en: "Choose one of them with --lan=ADDRESS." },
  });
}

/** This machine's IPv4 addresses that are not its own loopback, the likeliest to be reached by a phone first. */
function listLanAddresses(interfaces: NetworkInterfaces): readonly LanAddress[] {
  return Object.entries(interfaces)
    .flatMap(([name, addresses]) => (addresses ?? []).map((found) => ({ ...found, name })))
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address, name }) => ({ address, name }))
    .toSorted((a, b) => unlikelihood(a) - unlikelihood(b));
}

/** Names that bridges, tunnels and virtual machines give their interfaces: no phone is behind them. */
const VIRTUAL =
  /^(docker|br-|veth|virbr|vmnet|vboxnet|vEthernet|tun|tap|utun|wg|tailscale|zt|cni|flannel|lxc)/i;
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.)/;
const SELF_ASSIGNED = /^169\.254\./;

function unlikelihood({ address, name }: LanAddress): number {
  return (
    (SELF_ASSIGNED.test(address) ? 4 : 0) +
    (VIRTUAL.test(name) ? 2 : 0) +
    (PRIVATE.test(address) ? 0 : 1)
  );
}
