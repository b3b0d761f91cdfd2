import { SEND_PATH, STABLE_TOKEN_PATH, TOKEN_PATH } from "@yici/protocol";
import type { Account } from "../accounts/account.ts";
import type { Readings } from "../readings/readings.ts";

/** How many calls are answered with success; `undefined` means any number. */
export interface CallQuota {
  /** A day of UTC+8. */
  readonly perDay: number | undefined;
  readonly perMinute: number | undefined;
}

/** An account's quota of a call: what was set for the account goes before what every account has (facts 11). */
export function findQuota(account: Account, endpoint: string, readings: Readings): CallQuota {
  const own = account.quotas.find((candidate) => candidate.endpoint === endpoint);
  const usual = findUsual(account, endpoint, readings);
  return { perDay: own?.perDay ?? usual.perDay, perMinute: own?.perMinute ?? usual.perMinute };
}

function findUsual({ kind }: Account, endpoint: string, readings: Readings): CallQuota {
  switch (endpoint) {
    case SEND_PATH:
      return readings.sendQuota === "100_a_day" ? { ...UNLIMITED, perDay: 100 } : UNLIMITED;
    case TOKEN_PATH:
      return { ...UNLIMITED, perDay: kind === "test" ? 200 : 2_000 };
    case STABLE_TOKEN_PATH:
      return { perDay: 500_000, perMinute: 10_000 };
    default:
      return UNLIMITED;
  }
}

const UNLIMITED: CallQuota = { perDay: undefined, perMinute: undefined };
