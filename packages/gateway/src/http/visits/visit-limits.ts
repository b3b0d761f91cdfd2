import type { World } from "@yici/runtime";
import { TokenBuckets } from "./token-buckets.ts";
import type { RateLimit } from "./token-buckets.ts";

/** How often the public side may be visited. */
export interface VisitLimits {
  /** Of one address (IPv6: one /64). Wide, because a carrier puts thousands of phones behind one. */
  readonly address: RateLimit;
  /** Of one browser that we know by its cookie. */
  readonly browser: RateLimit;
  /** Of one link: visits to it, and genuine callbacks that come from it. */
  readonly link: RateLimit;
  /** Addresses, browsers and links remembered, each. */
  readonly keysMax: number;
}

/** The limits when nothing else is said. */
export const VISIT_LIMITS: VisitLimits = {
  address: { burst: 600, perMinute: 600 },
  browser: { burst: 60, perMinute: 60 },
  link: { burst: 3_000, perMinute: 6_000 },
  keysMax: 20_000,
};

/** Asks the limits whether one more visit may pass. */
export interface VisitLimiter {
  readonly admitsAddress: (address: string) => boolean;
  /** A browser that brought no cookie is limited by its address and its link alone. */
  readonly admitsBrowser: (browser: string | undefined) => boolean;
  readonly admitsLink: (linkId: string) => boolean;
}

/** Counts in the memory of this process. */
export function createVisitLimiter(
  limits: VisitLimits,
  world: Pick<World, "monotonic">,
): VisitLimiter {
  const count = (limit: RateLimit) =>
    new TokenBuckets(limit, limits.keysMax, () => world.monotonic());
  const addresses = count(limits.address);
  const browsers = count(limits.browser);
  const links = count(limits.link);
  return {
    admitsAddress: (address) => addresses.take(maskAddress(address)),
    admitsBrowser: (browser) => browser === undefined || browsers.take(browser),
    admitsLink: (linkId) => links.take(linkId),
  };
}

/** One home or phone has a whole /64 of IPv6 addresses: its first four groups stand for all of them. */
function maskAddress(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head = "", tail = ""] = address.split("::", 2);
  const first = head === "" ? [] : head.split(":");
  const last = tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => "0");
  return [...first, ...zeros, ...last].slice(0, 4).join(":");
}
