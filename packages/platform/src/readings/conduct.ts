import type { Readings } from "./readings.ts";

/** How this platform behaves, decided once when it is started. */
export interface Conduct {
  /** Enforces what the real one is known to enforce and a sandbox relaxes. */
  readonly isStrict: boolean;
  /** Whether browsers and callers reach it by https, through a proxy that ends the encryption. */
  readonly isBehindTls: boolean;
  /** How it reads what is not known. */
  readonly readings: Readings;
}
