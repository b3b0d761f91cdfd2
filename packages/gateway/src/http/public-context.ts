import type { ReservedKeys } from "@yici/protocol";
import type { World } from "@yici/runtime";
import type { Store } from "../store/store.ts";
import type { VisitLimiter } from "./visits/visit-limits.ts";

/** What the public side stands on. */
export interface PublicContext {
  readonly store: Pick<Store, "findAccountByCode" | "findLink" | "confirm" | "decline">;
  readonly keys: ReservedKeys;
  readonly world: World;
  readonly limiter: VisitLimiter;
  /** Addresses and networks whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[];
}
