import type { World } from "@yici/runtime";
import type { GatewayConfig } from "./config.ts";
import type { VisitLimits } from "./http/visits/visit-limits.ts";
import type { KeyRight } from "./store/records.ts";

/** What a gateway is started with. */
export interface GatewayOptions {
  readonly config: GatewayConfig;
  /** Default: the real one, with the configuration's log level and proxy. */
  readonly world?: World;
  /** Sees to it that the official document's account and a link for scene 1000 are there. */
  readonly demo?: DemoOptions;
  /** Default: `VISIT_LIMITS`. */
  readonly visitLimits?: VisitLimits;
}

/** Where the demo account's platform is. On a later start the account's addresses and secret follow these. */
export interface DemoOptions {
  /** Origin of the platform as the gateway reaches it. */
  readonly apiUrl: string;
  /** Origin of the platform as people's browsers reach it. */
  readonly pageUrl: string;
  readonly appSecret: string;
  /** Where people reach the gateway. Default: the gateway's `publicUrl`. */
  readonly publicUrl?: string;
}

/** The demo as it stands in the gateway. */
export interface Demo {
  readonly appid: string;
  readonly linkId: string;
  /** Where to begin: the link's public address. */
  readonly entryUrl: string;
}

/** A running gateway. */
export interface Gateway {
  /** Where browsers reach links and callbacks: as configured, otherwise where the public listener listens. */
  readonly publicUrl: string;
  /** Where the admin listener listens. */
  readonly adminUrl: string;
  /** Present when it was started with a demo. */
  readonly demo: Demo | undefined;
  /** Issues a new API key; it is shown here and nowhere else. Keys issued before stay in force. */
  issueKey(principal: string, rights?: readonly KeyRight[]): Promise<string>;
  /** Takes no more requests, lets sends in flight finish, then closes the store. Safe to call twice. */
  stop(): Promise<void>;
}
