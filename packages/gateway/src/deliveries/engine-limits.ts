/** Every number that the delivery engine goes by. */
export interface EngineLimits {
  /** Sends in flight at once, over all accounts: no more than the dispatcher keeps connections to one origin. */
  readonly connections: number;
  /** Sends in flight at once for one account: fewer, so that one whose platform hangs leaves some to the others. */
  readonly accountConnections: number;
  /** Deliveries leased at once for one account: one that is sent to quickly leases what it sends in a second. */
  readonly leasedMax: number;
  /** Accounts served at once; others that are due take turns with them. */
  readonly lanesMax: number;
  /** Accounts looked at for one turn, those waiting longest. */
  readonly dueAccountsMax: number;
  /** How long one send may take, waiting for a connection included. */
  readonly sendMs: number;
  /** A send is over this long before its lease ends, so that clocks and commits have room. */
  readonly leaseMarginMs: number;
  /** Deliveries that one sweep changes at most. */
  readonly sweepMax: number;
  /** How often at most time is looked at while more is due than can be sent. */
  readonly busyMs: number;
  /** How often at least time is looked at while nothing is known to be due. */
  readonly idleMs: number;
  /** After a failure of the store: the shortest and the longest wait before the next try. */
  readonly failureBaseMs: number;
  readonly failureMaxMs: number;
  /** How long an account without a token is left alone when nothing says how long. */
  readonly pausedMs: number;
  /** How long what is in flight may still take when the engine stops. */
  readonly graceMs: number;
  /** How long the last settlements may still take after that. */
  readonly farewellMs: number;
}

/** The defaults. */
export const ENGINE_LIMITS: EngineLimits = {
  connections: 80,
  accountConnections: 64,
  leasedMax: 1_000,
  lanesMax: 16,
  dueAccountsMax: 1_000,
  sendMs: 10_000,
  leaseMarginMs: 3_000,
  sweepMax: 500,
  busyMs: 1_000,
  idleMs: 60_000,
  failureBaseMs: 100,
  failureMaxMs: 5_000,
  pausedMs: 1_000,
  graceMs: 15_000,
  farewellMs: 2_000,
};

/** How long to wait after so many failures of the store in a row, the first being number 0. */
export function countFailureWait(failureCount: number, limits: EngineLimits): number {
  return Math.min(limits.failureBaseMs * 2 ** failureCount, limits.failureMaxMs);
}
