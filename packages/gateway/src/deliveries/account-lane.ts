import type { AppId } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { Round, RoundOutcome, SettleOutcome, StartOutcome } from "../store/ledger.ts";
import type { Store } from "../store/store.ts";
import type { IssuedToken, TokenSource } from "../wechat/token-source.ts";
import { Bell } from "./bell.ts";
import { countFailureWait } from "./engine-limits.ts";
import type { EngineLimits } from "./engine-limits.ts";
import { makeAttempt } from "./sender.ts";
import type { FinishedAttempt, LeasedBatch, SendGround, Start } from "./sender.ts";

/** What a lane stands on, and whom it tells. */
export interface LaneGround extends SendGround {
  readonly store: Pick<Store, "advance" | "releaseLease">;
  readonly tokens: TokenSource;
  readonly limits: EngineLimits;
  /** How many sends more the lane may have in flight now. */
  countFree(lane: AccountLane): number;
  /** A send of the lane is over: its connection is free. */
  onFreed(lane: AccountLane): void;
  /** More of the account may be due, now or from an instant on. */
  onDue(appid: AppId, from?: EpochMs): void;
  /** The lane has nothing left and has stopped: what comes now needs another. */
  onEnded(lane: AccountLane): void;
}

type Waiting = Omit<Start, "token">;

const LONG_MS = 3_600_000;

/**
 * Carries the leased deliveries of one account, round after round: one commit that settles what has come back and
 * starts what goes out next, then those sends. What was sent and is not settled stays in memory until the store has
 * it, as long as the process lives.
 */
export class AccountLane {
  readonly appid: AppId;
  readonly #ground: LaneGround;
  readonly #bell = new Bell();
  /** Leased and not begun. */
  readonly #waiting: Waiting[] = [];
  /** Over and not settled. */
  readonly #finished: FinishedAttempt[] = [];
  /** Begun, or about to, and not over: each needs a connection. */
  #busyCount = 0;
  #releasingCount = 0;
  #failureCount = 0;
  #isAskingToken = false;
  #isClosed = false;
  #isAbandoned = false;

  constructor(ground: LaneGround, appid: AppId) {
    this.#ground = ground;
    this.appid = appid;
  }

  get busyCount(): number {
    return this.#busyCount;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  get unsettledCount(): number {
    return this.#busyCount + this.#finished.length;
  }

  /** Takes on the deliveries of a lease. */
  add(batch: LeasedBatch): void {
    for (const leased of batch.deliveries) this.#waiting.push({ batch, leased });
    if (this.#isClosed) void this.#giveBack();
    this.#bell.ring();
  }

  /** Has the lane look again: a connection may have become free for it. */
  nudge(): void {
    if (this.#waiting.length > 0) this.#bell.ring();
  }

  /** Gives back what has not begun, and begins nothing more. */
  close(): void {
    this.#isClosed = true;
    void this.#giveBack();
  }

  /** Forgets what could not be settled. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#bell.ring();
  }

  /** Carries what it was given, until nothing is left. Never rejects. */
  async run(): Promise<void> {
    const { world } = this.#ground;
    while (!this.#isAbandoned && this.#hasWork()) {
      const finished = this.#takeFinished();
      const starts = this.#takeStarts(finished);
      if (finished.length + starts.length > 0) await this.#advance(finished, starts);
      else await this.#bell.heard(world, LONG_MS);
      // Replies that have arrived together are settled together.
      await new Promise<void>((resolve) => world.defer(resolve));
    }
    this.#ground.onEnded(this);
  }

  #hasWork(): boolean {
    return this.#waiting.length + this.unsettledCount + this.#releasingCount > 0;
  }

  /** After a failure one by one, so that what the store cannot take keeps back nothing else. */
  #takeFinished(): readonly FinishedAttempt[] {
    return this.#finished.splice(0, this.#failureCount > 0 ? 1 : Infinity);
  }

  #takeStarts(finished: readonly FinishedAttempt[]): readonly Start[] {
    this.#dropExpired();
    const count = Math.min(this.#countStarts(finished), this.#waiting.length);
    if (count <= 0) return [];
    const token = this.#ground.tokens.peek();
    if (token === undefined) void this.#askToken();
    return token === undefined ? [] : this.#takeWaiting(count, token);
  }

  /** None while what has come back cannot be stored, and none with a token that was just refused. */
  #countStarts(finished: readonly FinishedAttempt[]): number {
    if (finished.some(({ tokenRefusal }) => tokenRefusal !== undefined)) return 0;
    const freeCount = Math.min(this.#ground.countFree(this), this.#countAllowed());
    if (this.#failureCount === 0) return freeCount;
    return finished.length + this.unsettledCount > 0 ? 0 : Math.min(freeCount, 1);
  }

  /** How many more the account's own limit lets be in flight, as far as this process knows. */
  #countAllowed(): number {
    const limit = this.#waiting[0]?.batch.account.limits.inFlight ?? Infinity;
    return Math.max(limit - this.#busyCount, 0);
  }

  #takeWaiting(count: number, token: IssuedToken): readonly Start[] {
    this.#busyCount += count;
    return this.#waiting.splice(0, count).map((waiting) => ({ ...waiting, token }));
  }

  /** What can no longer be sent under its lease is due again when the lease ends. */
  #dropExpired(): void {
    const { world, limits } = this.#ground;
    const earliest = world.monotonic() + limits.sendMs;
    const expired = this.#waiting.findLastIndex(({ batch }) => batch.closesAt < earliest);
    this.#waiting.splice(0, expired + 1);
  }

  async #askToken(): Promise<void> {
    if (this.#isAskingToken) return;
    this.#isAskingToken = true;
    const { tokens, world, limits } = this.#ground;
    const answer = await tokens.current();
    this.#isAskingToken = false;
    if (answer.kind !== "token") {
      const from = answer.kind === "paused" ? world.now() + limits.pausedMs : answer.retryAt;
      this.#ground.onDue(this.appid, from);
      await this.#giveBack();
    }
    this.#bell.ring();
  }

  async #giveBack(): Promise<void> {
    const { store, world } = this.#ground;
    const { appid } = this;
    const leaseIds = new Set(this.#waiting.splice(0).map(({ batch }) => batch.leaseId));
    this.#releasingCount += 1;
    try {
      const now = world.now();
      await Promise.all([...leaseIds].map((leaseId) => store.releaseLease(appid, leaseId, now)));
    } catch (error) {
      world.log.warn({ appid, err: error }, "A lease could not be given back; it ends by itself.");
    }
    this.#releasingCount -= 1;
    this.#bell.ring();
  }

  async #advance(finished: readonly FinishedAttempt[], starts: readonly Start[]): Promise<void> {
    let outcome: RoundOutcome;
    try {
      outcome = await this.#ground.store.advance(this.#buildRound(finished, starts));
    } catch (error) {
      return this.#keep(finished, starts, error);
    }
    this.#failureCount = 0;
    for (const [index, one] of finished.entries()) this.#close(one, outcome.settled[index]);
    for (const [index, start] of starts.entries()) this.#begin(start, outcome.started[index]);
  }

  #buildRound(finished: readonly FinishedAttempt[], starts: readonly Start[]): Round {
    const { appid } = this;
    return {
      settlements: finished.map(({ settlement }) => settlement),
      starts: starts.map(({ batch: { leaseId }, leased: { message } }) => {
        return { appid, messageId: message.messageId, leaseId };
      }),
      now: this.#ground.world.now(),
    };
  }

  /** What was sent is kept until the store has it. What was not is tried again, or, failing alone, when its lease ends. */
  async #keep(
    finished: readonly FinishedAttempt[],
    starts: readonly Start[],
    error: unknown,
  ): Promise<void> {
    const { world, limits } = this.#ground;
    this.#finished.push(...finished);
    this.#busyCount -= starts.length;
    if (finished.length + starts.length > 1) this.#waiting.unshift(...starts);
    if (this.#isClosed) void this.#giveBack();
    const waitMs = countFailureWait(this.#failureCount, limits);
    this.#failureCount += 1;
    const { appid, unsettledCount } = this;
    world.log.error({ appid, unsettledCount, err: error }, "The store failed a round.");
    await world.sleep(waitMs);
  }

  #begin(start: Start, outcome: StartOutcome | undefined): void {
    if (outcome?.kind === "started") return void this.#attempt(start, outcome.attemptNumber);
    this.#busyCount -= 1; // Not ours any more: whoever has it sends it.
    if (outcome?.kind === "deferred") this.#defer(outcome.until);
  }

  /** What keeps one send back keeps the others back too: they are left alone until then. */
  #defer(until: EpochMs): void {
    this.#ground.onDue(this.appid, until);
    if (this.#waiting.length > 0) void this.#giveBack();
  }

  async #attempt(start: Start, attemptNumber: number): Promise<void> {
    const finished = await makeAttempt(this.#ground, start, attemptNumber);
    const isAnswered = finished.settlement.outcome.kind === "answered";
    if (isAnswered && finished.tokenRefusal === undefined) this.#ground.tokens.accept(start.token);
    this.#finished.push(finished);
    this.#busyCount -= 1;
    this.#bell.ring();
    this.#ground.onFreed(this);
  }

  #close(finished: FinishedAttempt, outcome: SettleOutcome | undefined): void {
    if (outcome === undefined) return;
    const { token, tokenRefusal } = finished;
    if (tokenRefusal !== undefined) void this.#ground.tokens.refresh(token, tokenRefusal);
    const goesOn = outcome.kind === "settled" && outcome.retryAt !== undefined;
    if (goesOn) this.#ground.onDue(this.appid);
  }
}
