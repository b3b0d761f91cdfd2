import type { AppId } from "@yici/protocol";
import type { Round, RoundOutcome } from "../store/ledger.ts";
import { countFailureWait } from "./engine-limits.ts";
import type { LaneGround } from "./lane-ground.ts";
import type { FinishedAttempt, Waiting } from "./sender.ts";

/** What one commit is to settle and to start. */
export interface LaneRound {
  readonly finished: readonly FinishedAttempt[];
  readonly starts: readonly Waiting[];
}

/**
 * The rounds of one lane that are under way. A few at a time, so that the store has the next one at hand when it has
 * written one; after a failure one at a time, until one that was begun since has succeeded.
 */
export class LaneRounds {
  readonly #ground: Pick<LaneGround, "store" | "world" | "limits">;
  readonly #appid: AppId;
  /** Rounds under way. */
  #openCount = 0;
  #settlingCount = 0;
  #startingCount = 0;
  /** Failures of the store in a row. */
  #failureCount = 0;

  constructor(ground: Pick<LaneGround, "store" | "world" | "limits">, appid: AppId) {
    this.#ground = ground;
    this.#appid = appid;
  }

  /** What is being settled. */
  get settlingCount(): number {
    return this.#settlingCount;
  }

  /** What is being started. */
  get startingCount(): number {
    return this.#startingCount;
  }

  /** Whether the store failed lately. */
  get isFailing(): boolean {
    return this.#failureCount > 0;
  }

  /** Whether another may begin now. */
  get hasRoom(): boolean {
    return this.#openCount < (this.isFailing ? 1 : this.#ground.limits.roundsMax);
  }

  /** Writes a round. Answers nothing when the store failed, after a wait that grows with its failures. Never rejects. */
  async write(round: LaneRound): Promise<RoundOutcome | undefined> {
    const failureCount = this.#failureCount;
    this.#count(round, 1);
    try {
      const outcome = await this.#ground.store.advance(this.#build(round));
      // One that was begun before the last failure proves nothing of the store since.
      if (this.#failureCount === failureCount) this.#failureCount = 0;
      return outcome;
    } catch (error) {
      await this.#rest(error);
      return undefined;
    } finally {
      this.#count(round, -1);
    }
  }

  #build({ finished, starts }: LaneRound): Round {
    const appid = this.#appid;
    return {
      settlements: finished.map(({ settlement }) => settlement),
      starts: starts.map(({ batch: { leaseId }, leased: { messageId } }) => {
        return { appid, messageId, leaseId };
      }),
      now: this.#ground.world.now(),
    };
  }

  async #rest(error: unknown): Promise<void> {
    const { world, limits } = this.#ground;
    const waitMs = countFailureWait(this.#failureCount, limits);
    this.#failureCount += 1;
    const unsettledCount = this.#settlingCount;
    world.log.error(
      { appid: this.#appid, unsettledCount, err: error },
      "The store failed a round.",
    );
    await world.sleep(waitMs);
  }

  #count({ finished, starts }: LaneRound, sign: 1 | -1): void {
    this.#openCount += sign;
    this.#settlingCount += sign * finished.length;
    this.#startingCount += sign * starts.length;
  }
}
