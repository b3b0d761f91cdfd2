import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDatabase } from "../../src/checkup/check-database.ts";
import type { CheckResult } from "../../src/checkup/check-result.ts";
import type { StoreExamination } from "../../src/store/store-examination.ts";

const NOW = 10_000_000;

const POSTGRES: StoreExamination = {
  engine: "postgres",
  version: "18.1",
  clockAt: NOW,
  isStandbySynchronous: true,
};

function check(examination: StoreExamination): Promise<readonly CheckResult[]> {
  return checkDatabase({
    world: { now: () => NOW, monotonic: () => 5 },
    store: { findSetting: async () => undefined },
    examineStore: async () => examination,
  });
}

test("of a file there is one line; of a server also its standby and its clock", async () => {
  const file = await check({
    engine: "sqlite",
    version: undefined,
    clockAt: undefined,
    isStandbySynchronous: undefined,
  });
  const server = await check(POSTGRES);

  assert.deepEqual(
    file.map((line) => [line.check, line.status]),
    [["database", "ok"]],
  );
  assert.deepEqual(
    server.map((line) => [line.check, line.status]),
    [
      ["database", "ok"],
      ["standby", "ok"],
      ["database_clock", "ok"],
    ],
  );
  assert.match(server[0]?.text.en ?? "", /^PostgreSQL 18\.1 answered within 0 ms$/);
});

test("without a synchronous standby a line says what may be lost", async () => {
  const [, standby] = await check({ ...POSTGRES, isStandbySynchronous: false });

  assert.equal(standby?.status, "warning");
  assert.match(standby?.nextStep?.en ?? "", /synchronous_standby_names/);
});

for (const [skewMs, status] of [
  [5_000, "ok"],
  [-5_000, "ok"],
  [5_001, "warning"],
  [-60_000, "warning"],
] as const) {
  test(`a database whose clock is ${skewMs} ms from ours is ${status}`, async () => {
    const clock = (await check({ ...POSTGRES, clockAt: NOW + skewMs })).at(-1);

    assert.deepEqual([clock?.check, clock?.status], ["database_clock", status]);
  });
}
