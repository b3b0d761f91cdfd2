import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
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

const COMMAND = fileURLToPath(new URL("../../tools/simulate.ts", import.meta.url));

test("the command ends with one line of JSON, and with 0 when no promise is broken", () => {
  const { status, lines } = run("--seeds", "3", "--from", "10", "--json");

  assert.equal(status, 0);
  const closing = JSON.parse(lines.at(-1) ?? "") as Readonly<Record<string, unknown>>;
  assert.deepEqual([closing["seeds"], closing["violations"]], [3, []]);
  for (const member of ["per_second", "deliveries", "duplicates", "late_answers"]) {
    assert.equal(typeof closing[member], "number", member);
  }
  for (const member of ["endings", "effects", "faults"]) {
    assert.equal(typeof closing[member], "object", member);
  }
});

test("the command prints the log of one seed, a line for each thing that happened", () => {
  const { status, lines } = run("--seed", "10");

  assert.equal(status, 0);
  assert.match(lines[0] ?? "", /^ {3}0:00\.000 {2}seed {6}10: \{/);
  assert.ok(lines.some((line) => line.endsWith("is calm from now on")));
});

test("the command answers what cannot be with the reason, its usage and 2", () => {
  const { status, problem } = run("--seeds", "none");

  assert.equal(status, 2);
  assert.match(problem, /^--seeds: expected a whole number .*, got none\nusage: npm run simulate/);
});

function run(...args: readonly string[]): {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly problem: string;
} {
  const command = ["--conditions=@yici/source", COMMAND, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return { status, lines: stdout.trimEnd().split("\n"), problem: stderr };
}
