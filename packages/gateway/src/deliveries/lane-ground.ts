import type { EpochMs } from "@yici/runtime";
import type { Store } from "../store/store.ts";
import type { TokenSource } from "../wechat/token-source.ts";
import type { EngineLimits } from "./engine-limits.ts";
import type { SendGround } from "./sender.ts";

/** What an account's lane stands on, and whom it tells. */
export interface LaneGround extends SendGround {
  readonly store: Pick<Store, "advance" | "releaseLease">;
  readonly tokens: TokenSource;
  readonly limits: EngineLimits;
  /** The connections that the lane may use, whether they are free or not. */
  countShare(): number;
  /** How many sends more the lane may have in flight now. */
  countFree(): number;
  /** A send of the lane begins: a connection is taken. */
  onTaken(): void;
  /** A send of the lane is over: its connection is free. */
  onFreed(): void;
  /** More of the account may be due, now or from an instant on. */
  onDue(from?: EpochMs): void;
  /** The lane has nothing left and has stopped: what comes now needs another. */
  onEnded(): void;
}
