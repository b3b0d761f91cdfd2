import { ControlError } from "../control/control-error.ts";
import { isIpRange } from "./ip-range.ts";

/** Throws `ControlError` when a whitelist holds what is neither an address nor a range of them. */
export function assertIpRanges(ranges: readonly string[]): void {
  const odd = ranges.findIndex((range) => !isIpRange(range));
  if (odd === -1) return;
  throw new ControlError("invalid_request", "a whitelist holds addresses and ranges", [
    {
      path: `/ipWhitelist/${odd}`,
      problem: {
        zh: "必须是 IP 地址，或 203.0.113.0/24 这样的网段",
        en: "must be an address or a range such as 203.0.113.0/24",
      },
    },
  ]);
}
