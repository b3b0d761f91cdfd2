/** A limit in two numbers: how many at once, and how many come back each minute. */
export interface RateLimit {
  readonly burst: number;
  readonly perMinute: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

const MINUTE_MS = 60_000;

/** A token bucket for each key. Keeps `keysMax` keys at most, and those that came last for certain, half as many. */
export class TokenBuckets {
  readonly #limit: RateLimit;
  readonly #keysMax: number;
  readonly #monotonic: () => number;
  /** Of keys that came since `#older` was set aside. */
  #newer = new Map<string, Bucket>();
  /** Forgotten all at once: to forget keys one by one in the order of their use costs more than the rest. */
  #older = new Map<string, Bucket>();

  constructor(limit: RateLimit, keysMax: number, monotonic: () => number) {
    this.#limit = limit;
    this.#keysMax = keysMax;
    this.#monotonic = monotonic;
  }

  /** Takes one token of a key; false when none is left. */
  take(key: string): boolean {
    const bucket = this.#newer.get(key) ?? this.#bring(key);
    this.#fill(bucket);
    const isAdmitted = bucket.tokens >= 1;
    if (isAdmitted) bucket.tokens -= 1;
    return isAdmitted;
  }

  #fill(bucket: Bucket): void {
    const { burst, perMinute } = this.#limit;
    const now = this.#monotonic();
    const returned = ((now - bucket.filledAt) * perMinute) / MINUTE_MS;
    bucket.tokens = Math.min(burst, bucket.tokens + returned);
    bucket.filledAt = now;
  }

  /** The bucket of a key that has not come lately; a full one, if it never came or is forgotten. */
  #bring(key: string): Bucket {
    if (this.#newer.size >= this.#keysMax / 2) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    const full = { tokens: this.#limit.burst, filledAt: this.#monotonic() };
    const bucket = this.#older.get(key) ?? full;
    this.#newer.set(key, bucket);
    return bucket;
  }
}
