/** A limit in two numbers: how many at once, and how many come back each minute. */
export interface RateLimit {
  readonly burst: number;
  readonly perMinute: number;
}

interface Bucket {
  readonly tokens: number;
  readonly filledAt: number;
}

const MINUTE_MS = 60_000;

/** A token bucket for each key. Keeps `keysMax` keys; beyond that the one that was quiet longest is forgotten. */
export class TokenBuckets {
  readonly #limit: RateLimit;
  readonly #keysMax: number;
  readonly #monotonic: () => number;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();
  /**
   * Stands before the quietest and never starts again: from the front of the map every search would pass over all the
   * places that keys have left.
   */
  readonly #quietest = this.#buckets.keys();

  constructor(limit: RateLimit, keysMax: number, monotonic: () => number) {
    this.#limit = limit;
    this.#keysMax = keysMax;
    this.#monotonic = monotonic;
  }

  /** Takes one token of a key; false when none is left. */
  take(key: string): boolean {
    const now = this.#monotonic();
    const tokens = this.#countTokens(this.#buckets.get(key), now);
    const isAdmitted = tokens >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: isAdmitted ? tokens - 1 : tokens, filledAt: now });
    this.#forgetQuietest();
    return isAdmitted;
  }

  #countTokens(bucket: Bucket | undefined, now: number): number {
    const { burst, perMinute } = this.#limit;
    if (bucket === undefined) return burst;
    return Math.min(burst, bucket.tokens + ((now - bucket.filledAt) * perMinute) / MINUTE_MS);
  }

  #forgetQuietest(): void {
    if (this.#buckets.size <= this.#keysMax) return;
    const { value } = this.#quietest.next();
    if (value !== undefined) this.#buckets.delete(value);
  }
}
