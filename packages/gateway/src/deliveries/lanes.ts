import type { AppId } from "@yici/protocol";
import type { EpochMs, World } from "@yici/runtime";
import type { Store } from "../store/store.ts";
import type { TokenSources } from "../wechat/token-sources.ts";
import { AccountLane } from "./account-lane.ts";
import type { EngineLimits } from "./engine-limits.ts";
import type { LaneGround } from "./lane-ground.ts";
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
  /** Accounts that may have more due than was leased. */
  readonly #hungry = new Set<AppId>();
  /** Sends in flight, over all accounts. */
  #takenCount = 0;
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
    const lane = this.#lanes.get(appid);
    const isLow = lane === undefined || this.#isLow(lane);
    if (!isLow) this.#hungry.add(appid);
    return isLow;
  }

  /** Leases what one account can use soon and has it carried. */
  async serve(appid: AppId): Promise<void> {
    const { store, world, limits, leaseMs } = this.#ground;
    const limit = this.#countLease(appid);
    const leaseId = world.randomBytes(12).toString("base64url");
    const closesAt = world.monotonic() + leaseMs - limits.leaseMarginMs;
    const claim = { appid, leaseId, limit, leaseMs, now: world.now() };
    const [account, deliveries] = await Promise.all([store.findAccount(appid), store.lease(claim)]);
    if (account === undefined) return this.#ground.rest(appid, world.now() + limits.idleMs);
    this.#hungry.delete(appid);
    if (deliveries.length === limit || isLimited(account)) this.#hungry.add(appid);
    if (deliveries.length > 0) this.#carry({ account, leaseId, closesAt, deliveries });
  }

  /** Begins nothing more and gives back what has not begun. */
  close(): void {
    this.#isClosed = true;
    for (const lane of this.#lanes.values()) lane.close();
  }

  /** Resolves when every lane has carried what it had. */
  async ended(): Promise<void> {
    while (this.#lanes.size > 0) {
      await Promise.all(Array.from(this.#lanes.values(), ({ ended }) => ended));
    }
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
  }

  #buildLaneGround(appid: AppId): LaneGround {
    return {
      ...this.#ground,
      tokens: this.#ground.tokens.of(appid),
      countShare: () => this.#countShare(),
      countFree: () => this.#countFree(appid),
      onTaken: () => void (this.#takenCount += 1),
      onFreed: () => this.#onFreed(appid),
      onEnded: () => this.#onEnded(appid),
      onDue: (from) => {
        if (from !== undefined) this.#ground.rest(appid, from);
        this.#ground.wake();
      },
    };
  }

  #countLease(appid: AppId): number {
    const lane = this.#lanes.get(appid);
    return Math.max(this.#countSoon(lane) - (lane?.waitingCount ?? 0), 1);
  }

  /** What an account can use soon: twice what it can have in flight, or more if it sends more than that in a second. */
  #countSoon(lane: AccountLane | undefined): number {
    const soon = Math.max(this.#countShare() * 2, lane?.sendsPerSecond ?? 0);
    return Math.min(soon, Math.max(this.#ground.limits.leasedMax, 1));
  }

  #isLow(lane: AccountLane): boolean {
    return lane.waitingCount < this.#countSoon(lane) / 2;
  }

  /** The connections that each account being served may use. */
  #countShare(): number {
    const { connections, accountConnections } = this.#ground.limits;
    const share = Math.floor(connections / Math.max(this.#lanes.size, 1));
    return Math.min(Math.max(share, 1), accountConnections);
  }

  #countFree(appid: AppId): number {
    const freeCount = this.#ground.limits.connections - this.#takenCount;
    return Math.min(freeCount, this.#countShare() - (this.#lanes.get(appid)?.sendingCount ?? 0));
  }

  /** The lane that had the connection has the first claim to it, within its share. */
  #onFreed(appid: AppId): void {
    this.#takenCount -= 1;
    const freed = this.#lanes.get(appid);
    freed?.nudge();
    for (const lane of this.#lanes.values()) {
      if (this.#takenCount >= this.#ground.limits.connections) break;
      if (lane !== freed) lane.nudge();
    }
    if (this.#hungry.has(appid) && (freed === undefined || this.#isLow(freed))) {
      this.#hungry.delete(appid);
      this.#ground.wake();
    }
  }

  #onEnded(appid: AppId): void {
    this.#lanes.delete(appid);
    this.#hungry.delete(appid);
    this.#ground.wake();
  }
}

/** Whether less may have been leased than is due. */
function isLimited({ limits: { perSecond, inFlight } }: LeasedBatch["account"]): boolean {
  return perSecond !== undefined || inFlight !== undefined;
}
