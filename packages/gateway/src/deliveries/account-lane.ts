import type { AppId } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { RoundOutcome, SettleOutcome, StartOutcome } from "../store/ledger.ts";
import type { IssuedToken } from "../wechat/token-source.ts";
import { countStarts } from "./count-starts.ts";
import type { LaneGround } from "./lane-ground.ts";
import { LaneRounds } from "./lane-rounds.ts";
import type { LaneRound } from "./lane-rounds.ts";
import { SendRate } from "./send-rate.ts";
import { makeAttempt, withdrawAttempt } from "./sender.ts";
import type { FinishedAttempt, LeasedBatch, StartedAttempt, Waiting } from "./sender.ts";

/**
 * Carries the leased deliveries of one account, round after round: one commit that settles what has come back and
 * starts what goes out next. While it is written, what was started before goes out, so that no connection waits for the
 * disk; started and not sent is never more than connections. What was sent and is not settled stays in memory until the
 * store has it, as long as the process lives.
 */
export class AccountLane {
  readonly appid: AppId;
  /** Resolves when nothing is left. */
  readonly ended: Promise<void>;
  readonly #end: () => void;
  readonly #ground: LaneGround;
  readonly #rounds: LaneRounds;
  readonly #rate = new SendRate();
  /** Leased and not begun. */
  readonly #waiting: Waiting[] = [];
  /** Durably started, waiting for a connection. */
  readonly #started: StartedAttempt[] = [];
  /** Over and not settled. */
  readonly #finished: FinishedAttempt[] = [];
  #sendingCount = 0;
  /** Sends that ended since the last round. */
  #endedCount = 0;
  /** Answers not yet settled that refused the token: until then nobody knows a better one. */
  #refusalCount = 0;
  #releasingCount = 0;
  #isAskingToken = false;
  #isWoken = false;
  #isEnded = false;
  #isClosed = false;
  #isAbandoned = false;

  constructor(ground: LaneGround, appid: AppId) {
    this.#ground = ground;
    this.appid = appid;
    this.#rounds = new LaneRounds(ground, appid);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
  }

  get sendingCount(): number {
    return this.#sendingCount;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  get unsettledCount(): number {
    const { startingCount, settlingCount } = this.#rounds;
    const begunCount = startingCount + this.#started.length + this.#sendingCount;
    return begunCount + this.#finished.length + settlingCount;
  }

  /** How many sends a second it made between its last two leases; 0 before. */
  get sendsPerSecond(): number {
    return this.#rate.perSecond;
  }

  /** Takes on the deliveries of a lease. */
  add(batch: LeasedBatch): void {
    this.#rate.measure(this.#ground.world.monotonic());
    for (const leased of batch.deliveries) this.#waiting.push({ batch, leased });
    if (this.#isClosed) void this.#giveBack();
    this.#wake();
  }

  /** Has the lane look again: a connection may have become free for it. */
  nudge(): void {
    this.#sendStarted();
    if (this.#waiting.length > 0) this.#wake();
  }

  /** Gives back what has not begun, and begins nothing more. */
  close(): void {
    this.#isClosed = true;
    void this.#giveBack();
  }

  /** Forgets what could not be settled. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#wake();
  }

  /** Looks at the end of the turn, so that replies that arrive together are settled together. */
  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    this.#ground.world.defer(() => {
      this.#isWoken = false;
      this.#look();
    });
  }

  /** Begins the next round, if there is something for it; ends when nothing is left. */
  #look(): void {
    if (this.#isEnded) return;
    if (this.#isAbandoned || !this.#hasWork()) return this.#leave();
    if (this.#rounds.isUnderWay) return;
    const finished = this.#takeFinished();
    const starts = this.#takeStarts(finished);
    if (finished.length + starts.length > 0) void this.#advance({ finished, starts });
  }

  #leave(): void {
    this.#isEnded = true;
    this.#ground.onEnded();
    this.#end();
  }

  #hasWork(): boolean {
    return this.#waiting.length + this.unsettledCount + this.#releasingCount > 0;
  }

  /** After a failure one by one, so that what the store cannot take keeps back nothing else. */
  #takeFinished(): readonly FinishedAttempt[] {
    return this.#finished.splice(0, this.#rounds.isFailing ? 1 : Infinity);
  }

  #takeStarts(finished: readonly FinishedAttempt[]): readonly Waiting[] {
    this.#dropExpired();
    const count = Math.min(this.#countStarts(finished), this.#waiting.length);
    this.#endedCount = 0;
    if (count <= 0 || this.#findToken() === undefined) return [];
    return this.#waiting.splice(0, count);
  }

  /** None while what has come back cannot be stored, or has refused the token. */
  #countStarts(finished: readonly FinishedAttempt[]): number {
    if (this.#refusalCount > 0) return 0;
    const possible = countStarts({
      free: this.#ground.countFree(),
      share: this.#ground.countShare(),
      endedCount: this.#endedCount,
      startedCount: this.#rounds.startingCount + this.#started.length,
    });
    const wanted = Math.min(possible, this.#countAllowed());
    if (!this.#rounds.isFailing) return wanted;
    return finished.length + this.unsettledCount > 0 ? 0 : Math.min(wanted, 1);
  }

  /** How many more the account's own limit lets be in flight, as far as this process knows. */
  #countAllowed(): number {
    const limit = this.#waiting[0]?.batch.account.limits.inFlight ?? Infinity;
    return Math.max(limit - this.unsettledCount, 0);
  }

  /** What can no longer be sent under its lease is due again when the lease ends. */
  #dropExpired(): void {
    const { world, limits } = this.#ground;
    const earliest = world.monotonic() + limits.sendMs;
    // Leases that were taken earlier stand before those that close later.
    const isLate = (waiting: Waiting | undefined): boolean =>
      waiting !== undefined && waiting.batch.closesAt < earliest;
    while (isLate(this.#waiting[0])) this.#waiting.shift();
  }

  /** The token at hand; if there is none, one is asked for. */
  #findToken(): IssuedToken | undefined {
    const token = this.#ground.tokens.peek();
    if (token === undefined) void this.#askToken();
    return token;
  }

  async #askToken(): Promise<void> {
    if (this.#isAskingToken) return;
    this.#isAskingToken = true;
    const { tokens, world, limits } = this.#ground;
    const answer = await tokens.current();
    this.#isAskingToken = false;
    if (answer.kind !== "token") {
      const from = answer.kind === "paused" ? world.now() + limits.pausedMs : answer.retryAt;
      this.#ground.onDue(from);
      this.#withdrawStarted();
      await this.#giveBack();
    }
    this.#sendStarted();
    this.#wake();
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
    this.#wake();
  }

  /** Never rejects. */
  async #advance(round: LaneRound): Promise<void> {
    const outcome = await this.#rounds.write(round);
    this.#rounds.end();
    if (outcome === undefined) this.#takeBack(round);
    else this.#apply(round, outcome);
    this.#look();
  }

  #apply({ finished, starts }: LaneRound, { settled, started }: RoundOutcome): void {
    for (const [index, one] of finished.entries()) this.#close(one, settled[index]);
    for (const [index, start] of starts.entries()) this.#begin(start, started[index]);
    this.#sendStarted();
  }

  /** What was sent is kept until the store has it. What was not is tried again, or, failing alone, when its lease ends. */
  #takeBack({ finished, starts }: LaneRound): void {
    this.#finished.push(...finished);
    if (finished.length + starts.length > 1) this.#waiting.unshift(...starts);
    if (this.#isClosed) void this.#giveBack();
  }

  /** What was not started is not ours any more: whoever has it sends it. */
  #begin(waiting: Waiting, outcome: StartOutcome | undefined): void {
    if (outcome?.kind === "deferred") this.#defer(outcome.until);
    if (outcome?.kind !== "started") return;
    const { batch, leased } = waiting;
    this.#started.push({ batch, leased, attemptNumber: outcome.attemptNumber });
  }

  /** What keeps one send back keeps the others back too: they are left alone until then. */
  #defer(until: EpochMs): void {
    this.#ground.onDue(until);
    if (this.#waiting.length > 0) void this.#giveBack();
  }

  /** Sends what was started, as far as there are connections, with the token that is in force now. */
  #sendStarted(): void {
    while (this.#started.length > 0 && this.#refusalCount === 0) {
      if (this.#ground.countFree() <= 0) return;
      const token = this.#findToken();
      const attempt = token === undefined ? undefined : this.#started.shift();
      if (token === undefined || attempt === undefined) return;
      void this.#send(attempt, token);
    }
  }

  async #send(attempt: StartedAttempt, token: IssuedToken): Promise<void> {
    this.#rate.count();
    this.#sendingCount += 1;
    this.#ground.onTaken();
    const finished = await makeAttempt(this.#ground, attempt, token);
    this.#sendingCount -= 1;
    this.#endedCount += 1;
    if (finished.tokenRefusal !== undefined) this.#refusalCount += 1;
    else if (finished.settlement.outcome.kind === "answered") this.#ground.tokens.accept(token);
    this.#finished.push(finished);
    this.#wake();
    this.#ground.onFreed();
  }

  /** No token can be had: what was started provably does not leave. */
  #withdrawStarted(): void {
    const withdrawn = this.#started.splice(0);
    this.#finished.push(...withdrawn.map((attempt) => withdrawAttempt(this.#ground, attempt)));
  }

  #close(finished: FinishedAttempt, outcome: SettleOutcome | undefined): void {
    const { token, tokenRefusal } = finished;
    if (token !== undefined && tokenRefusal !== undefined) {
      this.#refusalCount -= 1;
      void this.#ground.tokens.refresh(token, tokenRefusal);
    }
    const goesOn = outcome?.kind === "settled" && outcome.retryAt !== undefined;
    if (goesOn) this.#ground.onDue();
  }
}
