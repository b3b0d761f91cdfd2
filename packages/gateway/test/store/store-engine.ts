import type { World } from "@yici/runtime";
import type { RetryPolicy } from "../../src/deliveries/retry-policy.ts";
import type { Store } from "../../src/store/store.ts";

/** A storage engine under test. */
export interface StoreEngine {
  readonly name: string;
  /** Makes a place where nothing was ever stored. */
  makePlace(): Place;
}

/** Where one database lives; whoever opens it twice finds the same. */
export interface Place {
  open(world: World, policy?: Partial<RetryPolicy>): Promise<Store>;
  /** Drops the database. Its stores are closed before. */
  drop(): Promise<void>;
}
