import assert from "node:assert/strict";
import { test } from "node:test";
import { readSimulateOptions } from "../../tools/simulate/read-simulate-options.ts";

test("without options 2,000 histories are played, from seed 1 on", () => {
  const options = readSimulateOptions([]);

  const expected = { kind: "many", from: 1, seedCount: 2_000, endsWithFirst: false, isJson: false };
  assert.deepEqual(options, expected);
});

test("seeds, the first of them, and a single one are read", () => {
  const many = readSimulateOptions(["--seeds", "7", "--from", "40", "--first", "--json"]);
  const one = readSimulateOptions(["--seed", "12"]);

  assert.deepEqual(many, {
    kind: "many",
    from: 40,
    seedCount: 7,
    endsWithFirst: true,
    isJson: true,
  });
  assert.deepEqual(one, { kind: "one", seed: 12, isJson: false });
});

const MISTAKES: Readonly<Record<string, RegExp>> = {
  "--seeds 0": /^--seeds: expected a whole number from 1 to 10000000, got 0$/,
  "--seeds many": /^--seeds: expected .*, got many$/,
  "--seeds 1.5": /^--seeds: expected .*, got 1\.5$/,
  "--seeds 10000001": /^--seeds: expected .*, got 10000001$/,
  "--from -1": /--from/,
  "--from 4294967296": /^--from: expected a whole number from 0 to 4294967295, got 4294967296$/,
  "--from 4294967295 --seeds 2": /^--from and --seeds: the last seed is past 4294967295$/,
  "--seed x": /^--seed: expected .*, got x$/,
  "--seed 1 --seeds 5": /^--seed replays one history/,
  "--seeds": /argument missing|expects? .*value/i,
  "--sedes 5": /Unknown option '--sedes'/,
  "5": /Unexpected argument '5'/,
};

for (const [args, expected] of Object.entries(MISTAKES)) {
  test(`a mistake is named: ${args}`, () => {
    const options = readSimulateOptions(args.split(" "));

    assert.equal(options.kind, "wrong");
    assert.match(options.kind === "wrong" ? options.problem : "", expected);
  });
}
