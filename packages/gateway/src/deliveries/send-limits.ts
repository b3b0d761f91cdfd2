import type { EpochMs } from "@yici/protocol";
import type { RetryPolicy } from "./retry-policy.ts";

/** How fast and how many at once an operator lets an account send, over all processes. `undefined`: no limit. */
export interface SendLimits {
  readonly perSecond: number | undefined;
  readonly inFlight: number | undefined;
}

export const NO_LIMITS: SendLimits = { perSecond: undefined, inFlight: undefined };

/** What of the limits is used up. */
export interface SendLoad {
  /** Deliveries of the account that are `sending`. */
  readonly inFlight: number;
  /**
   * The token bucket as one instant: when it will be full again. Each send moves it on by what one send takes at the
   * limit.
   */
  readonly bucketFullAt: EpochMs;
}

export const NO_LOAD: SendLoad = { inFlight: 0, bucketFullAt: 0 };

/** The part of the policy that the limits go by. */
export type LimitPolicy = Pick<RetryPolicy, "rateBurstMs" | "crowdedMs">;

/** How many sends more the limits let through now: none or a whole number, or `Infinity`. */
export function countAllowed(
  limits: SendLimits,
  load: SendLoad,
  now: EpochMs,
  policy: LimitPolicy,
): number {
  const { perSecond, inFlight = Infinity } = limits;
  const free = Math.max(inFlight - load.inFlight, 0);
  if (perSecond === undefined) return free;
  const emptyMs = Math.max(load.bucketFullAt - now, 0);
  const leftMs = Math.max(sizeOfBucket(perSecond, policy) - emptyMs, 0);
  return Math.min(Math.floor(leftMs / msPerSend(perSecond) + ROUNDING), free);
}

/** When the next send may be allowed, if none is now: when the bucket holds one again, or a little later. */
export function findAllowedAt(
  { perSecond }: SendLimits,
  load: SendLoad,
  now: EpochMs,
  policy: LimitPolicy,
): EpochMs {
  if (perSecond === undefined) return now + policy.crowdedMs;
  const filledAt = load.bucketFullAt - sizeOfBucket(perSecond, policy) + msPerSend(perSecond);
  return filledAt > now ? Math.ceil(filledAt) : now + policy.crowdedMs;
}

/** The load with one send more. */
export function withSend({ perSecond }: SendLimits, load: SendLoad, now: EpochMs): SendLoad {
  const inFlight = load.inFlight + 1;
  if (perSecond === undefined) return { ...load, inFlight };
  return { inFlight, bucketFullAt: Math.max(load.bucketFullAt, now) + msPerSend(perSecond) };
}

/** The load with one send less. */
export function withoutSend(load: SendLoad): SendLoad {
  return { ...load, inFlight: load.inFlight - 1 };
}

/** Sums of thirds of a millisecond fall short of a whole send by less than this. */
const ROUNDING = 1e-6;

function msPerSend(perSecond: number): number {
  return 1_000 / perSecond;
}

/** The bucket holds what may be sent in a short while, and one send at least. */
function sizeOfBucket(perSecond: number, { rateBurstMs }: LimitPolicy): number {
  return Math.max(rateBurstMs, msPerSend(perSecond));
}
