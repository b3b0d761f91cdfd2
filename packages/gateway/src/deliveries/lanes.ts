import type { AppId } from "@yici/protocol";
import type { EpochMs, World } from "@yici/runtime";
import type { Store } from "../store/store.ts";
import type { TokenSources } from "../wechat/token-sources.ts";
import { AccountLane } from "./account-lane.ts";
import type { LaneGround } from "./account-lane.ts";
import type { EngineLimits } from "./engine-limits.ts";
import type { LeasedBatch, SendGround } from "./sender.ts";

/** What the lanes stand on, and whom they tell. */
export interface LanesGround extends SendGround {
  readonly store: Pick<Store, "advance" | "findAccount" | "lease" | "releaseLease">;
  readonly world: World;
  readonly tokens: TokenSources;
  readonly limits: EngineLimits;
  readonly leaseMs: number;
  /** There may be something to lease. */
  wake(): void;
  /** Leaves an account alone until an instant. */
  rest(appid: AppId, until: EpochMs): void;
}

/** The accounts being served, and how they share the connections. */
export class Lanes {
  readonly #ground: LanesGround;
  readonly #lanes = new Map<AppId, AccountLane>();
  readonly #running = new Set<Promise<void>>();
  /** Accounts that may have more due than was leased. */
  readonly #hungry = new Set<AppId>();
  #isClosed = false;

  constructor(ground: LanesGround) {
    this.#ground = ground;
  }

  get size(): number {
    return this.#lanes.size;
  }

  has(appid: AppId): boolean {
    return this.#lanes.has(appid);
  }

  /** Whether a served account has use for more; if not, it says so later. */
  needsMore(appid: AppId): boolean {
    const isFull = this.#countWaiting(appid) >= this.#countShare();
    if (isFull) this.#hungry.add(appid);
    return !isFull;
  }

  /** Leases what one account can use soon, twice what it can have in flight, and has it carried. */
  async serve(appid: AppId): Promise<void> {
    const { store, world, limits, leaseMs } = this.#ground;
    const account = await store.findAccount(appid);
    if (account === undefined) return this.#ground.rest(appid, world.now() + limits.idleMs);
    const limit = Math.max(this.#countShare() * 2 - this.#countWaiting(appid), 1);
    const leaseId = world.randomBytes(12).toString("base64url");
    const closesAt = world.monotonic() + leaseMs - limits.leaseMarginMs;
    const deliveries = await store.lease({ appid, leaseId, limit, leaseMs, now: world.now() });
    this.#hungry.delete(appid);
    if (deliveries.length === limit) this.#hungry.add(appid);
    if (deliveries.length > 0) this.#carry({ account, leaseId, closesAt, deliveries });
  }

  /** Begins nothing more and gives back what has not begun. */
  close(): void {
    this.#isClosed = true;
    for (const lane of this.#lanes.values()) lane.close();
  }

  /** Resolves when every lane has carried what it had. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Forgets what could not be settled, and says how much. */
  abandon(): void {
    for (const lane of this.#lanes.values()) {
      const { appid, unsettledCount } = lane;
      this.#ground.world.log.error({ appid, unsettledCount }, "Stopped with attempts unsettled.");
      lane.abandon();
    }
  }

  #carry(batch: LeasedBatch): void {
    const { appid } = batch.account;
    const running = this.#lanes.get(appid);
    if (running !== undefined) return running.add(batch);
    const lane = new AccountLane(this.#buildLaneGround(appid), appid);
    this.#lanes.set(appid, lane);
    if (this.#isClosed) lane.close();
    lane.add(batch);
    const ended = lane.run().finally(() => this.#running.delete(ended));
    this.#running.add(ended);
  }

  #buildLaneGround(appid: AppId): LaneGround {
    return {
      ...this.#ground,
      tokens: this.#ground.tokens.of(appid),
      countFree: (lane) => this.#countFree(lane),
      onFreed: (lane) => this.#onFreed(lane),
      onEnded: (lane) => this.#onEnded(lane),
      onDue: (due, from) => {
        if (from !== undefined) this.#ground.rest(due, from);
        this.#ground.wake();
      },
    };
  }

  #countWaiting(appid: AppId): number {
    return this.#lanes.get(appid)?.waitingCount ?? 0;
  }

  /** The connections that each account being served may use. */
  #countShare(): number {
    const { connections, accountConnections } = this.#ground.limits;
    const share = Math.floor(connections / Math.max(this.#lanes.size, 1));
    return Math.min(Math.max(share, 1), accountConnections);
  }

  #countFree(lane: AccountLane): number {
    let freeCount = this.#ground.limits.connections;
    for (const { busyCount } of this.#lanes.values()) freeCount -= busyCount;
    return Math.min(freeCount, this.#countShare() - lane.busyCount);
  }

  #onFreed(freed: AccountLane): void {
    for (const lane of this.#lanes.values()) if (lane !== freed) lane.nudge();
    if (this.#hungry.has(freed.appid) && freed.waitingCount < this.#countShare()) {
      this.#hungry.delete(freed.appid);
      this.#ground.wake();
    }
  }

  #onEnded({ appid }: AccountLane): void {
    this.#lanes.delete(appid);
    this.#hungry.delete(appid);
    this.#ground.wake();
  }
}
