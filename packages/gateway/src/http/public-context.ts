import type { ReservedKeys } from "@yici/protocol";
import type { World } from "@yici/runtime";
import type { Sealer } from "../secrets/sealer.ts";
import type { Store } from "../store/store.ts";
import type { VisitLimiter } from "./visits/visit-limits.ts";

/** What the public side stands on. */
export interface PublicContext {
  readonly store: Pick<
    Store,
    | "findAccountByCode"
    | "listAccounts"
    | "findLink"
    | "confirm"
    | "decline"
    | "findComponent"
    | "saveTicket"
  >;
  readonly sealer: Sealer;
  readonly keys: ReservedKeys;
  readonly world: World;
  readonly limiter: VisitLimiter;
  /** Addresses and networks whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[];
}
