export { loadConfig } from "./config.ts";
export { startGateway } from "./gateway.ts";
export type { ConfigSources, GatewayConfig, GatewayFlags, ListenAddress } from "./config.ts";
export type { DeliveryState } from "./deliveries/delivery.ts";
export type { Demo, DemoOptions, Gateway, GatewayOptions } from "./gateway-options.ts";
export type { RateLimit } from "./http/visits/token-buckets.ts";
export type { VisitLimits } from "./http/visits/visit-limits.ts";
