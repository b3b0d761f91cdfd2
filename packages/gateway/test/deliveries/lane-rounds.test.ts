import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppId } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import { ENGINE_LIMITS } from "../../src/deliveries/engine-limits.ts";
import { LaneRounds, type LaneRound } from "../../src/deliveries/lane-rounds.ts";
import type { RoundOutcome } from "../../src/store/ledger.ts";

const APPID = "wx0000000000000001" as AppId;
const NOTHING: RoundOutcome = { settled: [], started: [] };
const EMPTY: LaneRound = { finished: [], starts: [] };

/** A lane's rounds on a store whose commits the test decides, and how long they have waited. */
function openRounds(): {
  readonly rounds: LaneRounds;
  readonly commits: PromiseWithResolvers<RoundOutcome>[];
  readonly waits: number[];
} {
  const waits: number[] = [];
  const world = { ...createManualWorld(), sleep: async (ms: number) => void waits.push(ms) };
  const commits: PromiseWithResolvers<RoundOutcome>[] = [];
  const store = {
    advance: () => {
      const commit = Promise.withResolvers<RoundOutcome>();
      commits.push(commit);
      return commit.promise;
    },
    releaseLease: async () => undefined,
  };
  return { waits, commits, rounds: new LaneRounds({ store, world, limits: ENGINE_LIMITS }, APPID) };
}

test("a round is under way until its lane ends it, so that nothing of it is forgotten in between", async () => {
  const { rounds, commits } = openRounds();

  const written = rounds.write(EMPTY);
  commits[0]?.resolve(NOTHING);
  const outcome = await written;
  const wasUnderWay = rounds.isUnderWay;
  rounds.end();

  assert.deepEqual(outcome, NOTHING);
  assert.equal(wasUnderWay, true);
  assert.equal(rounds.isUnderWay, false);
});

test("each failure of the store in a row is waited out longer, and a success ends the row", async () => {
  const { rounds, commits, waits } = openRounds();
  const fail = async (): Promise<void> => {
    const written = rounds.write(EMPTY);
    commits.at(-1)?.reject(new Error("the disk is full"));
    await written;
    rounds.end();
  };
  await fail();
  await fail();
  const wasFailing = rounds.isFailing;

  const written = rounds.write(EMPTY);
  commits.at(-1)?.resolve(NOTHING);
  await written;
  const isFailing = rounds.isFailing;
  rounds.end();
  await fail();

  const { failureBaseMs } = ENGINE_LIMITS;
  assert.deepEqual(waits, [failureBaseMs, 2 * failureBaseMs, failureBaseMs]);
  assert.equal(wasFailing, true);
  assert.equal(isFailing, false);
});
