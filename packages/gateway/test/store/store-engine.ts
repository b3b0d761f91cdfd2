import type { World } from "@yici/runtime";
import type { RetryPolicy } from "../../src/deliveries/retry-policy.ts";
import type { Store } from "../../src/store/store.ts";

/** A storage engine under test. */
export interface StoreEngine {
  readonly name: string;
  /** Random histories told to it. Default 200; fewer where each takes long. */
  readonly historyCount?: number;
  /** Several stores may hold one place open at once, as several processes do. Default: one alone. */
  readonly isShared?: boolean;
  /** Makes a place where nothing was ever stored. */
  makePlace(): Place;
}

/** Where one database lives; whoever opens it twice finds the same. */
export interface Place {
  open(world: World, policy?: Partial<RetryPolicy>): Promise<Store>;
  /** Drops the database. Its stores are closed before. */
  drop(): Promise<void>;
}
