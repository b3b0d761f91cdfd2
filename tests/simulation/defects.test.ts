import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { DEFECTS } from "../../tools/simulate/defects-table.ts";
import { editSource } from "../../tools/simulate/edit-source.ts";

const COMMAND = fileURLToPath(new URL("../../tools/simulate/with-defect.ts", import.meta.url));

/** Its closing line, as far as it is looked at here. */
interface ClosingLine {
  readonly violations: readonly { readonly seed: number; readonly what: string }[];
}

for (const [defect, { seedsMax }] of Object.entries(DEFECTS)) {
  test(`a planted defect is found within ${seedsMax} seeds: ${defect}`, async () => {
    const run = await simulateWith(defect, ["--seeds", `${seedsMax}`, "--first"]);

    assert.ok(readViolations(run).length > 0, "it was not found");
    assert.equal(run.exitCode, 1);
  });
}

test("a broken history is printed with its seed, and that seed plays it again", async () => {
  const defect = "unbound evidence replacing bound";
  const found = await simulateWith(defect, ["--seeds", "100", "--first"]);
  const seed = readViolations(found)[0]?.seed;

  const again = await simulateWith(defect, ["--seed", `${seed}`]);

  assert.equal(again.exitCode, 1);
  assert.deepEqual(readViolations(again), readViolations(found));
  assert.ok(found.lines.includes(`again: npm run simulate -- --seed ${seed}`));
  const log = again.lines.slice(
    0,
    again.lines.findIndex((line) => line.startsWith("endings:")),
  );
  assert.ok(log.length > 10);
  for (const line of log) assert.ok(found.lines.includes(line), line);
});

test("a defect that is not in the table is refused by name", async () => {
  const { exitCode, problem } = await simulateWith("no such defect", ["--seeds", "1"]);

  assert.equal(exitCode, 1);
  assert.match(problem, /there is no defect "no such defect"/);
});

test("an edit whose place is not in the source, or there twice, is refused", () => {
  const edit = { file: "rule.ts", from: "a < b", to: "a > b" };

  assert.equal(editSource("if (a < b) go();", edit), "if (a > b) go();");
  assert.throws(() => editSource("if (b > a) go();", edit), /rule\.ts has 0 times/);
  assert.throws(() => editSource("a < b || a < b", edit), /rule\.ts has 2 times/);
});

interface SimulatedRun {
  readonly exitCode: number;
  readonly lines: readonly string[];
  /** What it complained of. */
  readonly problem: string;
}

function simulateWith(defect: string, args: readonly string[]): Promise<SimulatedRun> {
  const command = ["--conditions=@yici/source", COMMAND, defect, ...args, "--json"];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { maxBuffer: 2 ** 26 }, (error, output, problem) => {
      const exitCode = error === null ? 0 : Number(error.code);
      resolve({ exitCode, lines: output.trimEnd().split("\n"), problem });
    });
  });
}

/** Fails when the simulation itself broke down: then there is no closing line, but a reason. */
function readViolations({ lines, problem }: SimulatedRun): ClosingLine["violations"] {
  const closing = lines.at(-1) ?? "";
  assert.match(closing, /^\{"seeds":/, problem);
  return (JSON.parse(closing) as ClosingLine).violations;
}
