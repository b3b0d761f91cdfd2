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

/** The rounds of one lane, one after another: what comes meanwhile shares the next commit, which has a price of its own. */
export class LaneRounds {
  readonly #ground: Pick<LaneGround, "store" | "world" | "limits">;
  readonly #appid: AppId;
  #underWay: LaneRound | undefined;
  /** Failures of the store in a row. */
  #failureCount = 0;

  constructor(ground: Pick<LaneGround, "store" | "world" | "limits">, appid: AppId) {
    this.#ground = ground;
    this.#appid = appid;
  }

  get isUnderWay(): boolean {
    return this.#underWay !== undefined;
  }

  /** Whether the last one failed. */
  get isFailing(): boolean {
    return this.#failureCount > 0;
  }

  /** What is being settled. */
  get settlingCount(): number {
    return this.#underWay?.finished.length ?? 0;
  }

  /** What is being started. */
  get startingCount(): number {
    return this.#underWay?.starts.length ?? 0;
  }

  /**
   * Writes a round, which stays under way until it is ended. Answers nothing when the store failed, after a wait that
   * grows with its failures. Never rejects.
   */
  async write(round: LaneRound): Promise<RoundOutcome | undefined> {
    this.#underWay = round;
    try {
      const outcome = await this.#ground.store.advance(this.#build(round));
      this.#failureCount = 0;
      return outcome;
    } catch (error) {
      await this.#rest(error);
      return undefined;
    }
  }

  /** What the round was to settle and to start is its lane's to keep from now on. */
  end(): void {
    this.#underWay = undefined;
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
    const [appid, unsettledCount] = [this.#appid, this.settlingCount];
    world.log.error({ appid, unsettledCount, err: error }, "The store failed a round.");
    await world.sleep(waitMs);
  }
}
