import assert from "node:assert/strict";
import { test } from "node:test";
import { NETWORK_FAULTS } from "../../tools/simulate/conditions.ts";
import { MISHAPS } from "../../tools/simulate/mishaps.ts";
import type { HistoryOutcome } from "../../tools/simulate/play-history.ts";
import { simulate } from "../../tools/simulate/simulate.ts";

/** The same histories in every run of the tests; `npm run simulate -- --from S` plays others. */
const FROM = 1;
const SEEDS = 2_000;

/** What occurred less often than this did not really occur. */
const OFTEN = 25;

const FAULTS = [...NETWORK_FAULTS, "slow_store", "commit_unknown", ...Object.keys(MISHAPS)];
const ENDINGS = ["delivered", "uncertain", "rejected", "abandoned", "cancelled", "expired"];

/** A new generation, a younger one, in flight, in doubt, and worse founded than what is there. */
const EFFECTS = ["opened", "renewed", "noted", "replaced", "kept"];

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
      assert.ok(count >= OFTEN, `${fault} struck ${count} times`);
    }
  });

  await t.test("messages have ended in every way there is", () => {
    assert.deepEqual(Object.keys(simulation.endings), ENDINGS.toSorted());
    for (const [state, count] of Object.entries(simulation.endings)) {
      assert.ok(count >= OFTEN, `${count} messages ended ${state}`);
    }
    assert.ok(simulation.deliveryCount >= SEEDS, "at least one delivery for each history");
  });

  await t.test("confirmations were heard at every moment there is", () => {
    assert.deepEqual(Object.keys(simulation.effects), EFFECTS.toSorted());
    for (const [effect, count] of Object.entries(simulation.effects)) {
      assert.ok(count >= OFTEN, `${count} confirmations were ${effect}`);
    }
  });

  await t.test("answers came late, and messages twice for want of a callback", () => {
    assert.ok(simulation.lateCount >= OFTEN);
    assert.ok(simulation.duplicateCount > 0);
  });
});

test("one seed is one history: its log is the same byte for byte, whatever was played before", async () => {
  const all = await readLogs(FROM, 20);
  const again = await readLogs(FROM, 20);
  const last = await readLogs(FROM + 19, 1);

  assert.ok(all.length > 10_000);
  assert.equal(again, all);
  assert.ok(last.length > 500);
  assert.equal(all.slice(-last.length), last);
});

/** The logs of some histories, one after another. */
async function readLogs(from: number, seedCount: number): Promise<string> {
  const lines: string[] = [];
  const onLogged = (outcome: HistoryOutcome): boolean => lines.push(...outcome.lines) < 0;
  await simulate({ from, seedCount, isLogged: true, onLogged });
  return lines.join("\n");
}
