import assert from "node:assert/strict";
import { test } from "node:test";
import { NETWORK_FAULTS } from "../../tools/simulate/conditions.ts";
import { MISHAPS } from "../../tools/simulate/mishaps.ts";
import type { HistoryOutcome } from "../../tools/simulate/play-history.ts";
import { simulate } from "../../tools/simulate/simulate.ts";

/** The same histories in every run of the tests; `npm run simulate -- --from S` plays others. */
const FROM = 1;
const SEEDS = 2_000;

const FAULTS = [...NETWORK_FAULTS, "slow_store", "commit_unknown", ...Object.keys(MISHAPS)];
const ENDINGS = ["delivered", "uncertain", "rejected", "abandoned", "cancelled", "expired"];

test("2,000 histories in which everything goes wrong break no promise", async (t) => {
  let broken: HistoryOutcome | undefined;

  const simulation = await simulate({
    from: FROM,
    seedCount: SEEDS,
    onLogged: (outcome) => (broken = outcome) !== undefined,
  });

  await t.test("no invariant is violated", () => {
    const story = [`npm run simulate -- --seed ${broken?.seed}`, ...(broken?.lines ?? [])];
    assert.deepEqual(simulation.violations, [], story.join("\n"));
    assert.equal(simulation.seedCount, SEEDS);
  });

  await t.test("every kind of fault has struck, again and again", () => {
    assert.deepEqual(Object.keys(simulation.faults), FAULTS.toSorted());
    for (const [fault, count] of Object.entries(simulation.faults)) {
      assert.ok(count >= 100, `${fault} struck ${count} times`);
    }
  });

  await t.test("messages have ended in every way there is", () => {
    assert.deepEqual(Object.keys(simulation.endings), ENDINGS.toSorted());
    for (const [state, count] of Object.entries(simulation.endings)) {
      assert.ok(count >= 100, `${count} messages ended ${state}`);
    }
    assert.ok(simulation.deliveryCount >= SEEDS, "at least one delivery for each history");
  });

  await t.test("messages came twice, and only for want of a callback", () => {
    assert.ok(simulation.duplicateCount > 0);
  });
});

test("one seed is one history: played twice, its log is the same byte for byte", async () => {
  const [first, second] = [await readLogs(), await readLogs()];

  assert.ok(first.length > 10_000);
  assert.equal(first, second);
});

/** The logs of some histories, one after another. */
async function readLogs(): Promise<string> {
  const lines: string[] = [];
  const onLogged = (outcome: HistoryOutcome): boolean => lines.push(...outcome.lines) < 0;
  await simulate({ from: FROM, seedCount: 20, isLogged: true, onLogged });
  return lines.join("\n");
}
