import type { HistoryOutcome } from "./simulate/play-history.ts";
import { readSimulateOptions } from "./simulate/read-simulate-options.ts";
import { type Simulation, simulate } from "./simulate/simulate.ts";

// `npm run simulate -- --seeds 2000 --from 1`: gateways and platform in a world where everything goes wrong.

const USAGE =
  "usage: npm run simulate -- [--seeds N] [--from S] [--first] [--json]   or   --seed S [--json]";

/** Broken histories whose log is printed; of any other one the seed is. */
const LOGS_MAX = 3;

const options = readSimulateOptions(process.argv.slice(2));
if (options.kind === "wrong") {
  console.error(`${options.problem}\n${USAGE}`);
  process.exitCode = 2;
} else {
  const startedAt = performance.now();
  const simulation =
    options.kind === "one"
      ? await simulate({ from: options.seed, seedCount: 1, isLogged: true, onLogged: printLog })
      : await simulate({ ...options, onLogged: createReporter(options.endsWithFirst) });
  const seconds = (performance.now() - startedAt) / 1_000;
  printCounts(simulation, seconds);
  if (options.isJson) console.log(JSON.stringify(buildClosingLine(simulation, seconds)));
  process.exitCode = simulation.violations.length === 0 ? 0 : 1;
}

function printLog({ lines }: HistoryOutcome): boolean {
  for (const line of lines) console.log(line);
  return false;
}

/** Tells of each broken history what is broken, how it came to that, and how to see it again. */
function createReporter(endsWithFirst: boolean): (outcome: HistoryOutcome) => boolean {
  let logCount = 0;
  return (outcome) => {
    logCount += 1;
    console.log(`seed ${outcome.seed}: ${outcome.violations.join("; ")}`);
    if (logCount <= LOGS_MAX) printLog(outcome);
    console.log(`again: npm run simulate -- --seed ${outcome.seed}`);
    return endsWithFirst;
  };
}

function printCounts(simulation: Simulation, seconds: number): void {
  const { seedCount, violations, deliveryCount, duplicateCount, lateCount } = simulation;
  console.log(`endings: ${list(simulation.endings)}`);
  console.log(`confirmations: ${list(simulation.effects)}`);
  console.log(`faults: ${list(simulation.faults)}`);
  console.log(`late answers: ${lateCount}; duplicates for want of a callback: ${duplicateCount}`);
  console.log(
    `${seedCount} histories in ${seconds.toFixed(1)} s, ${deliveryCount} deliveries, ${violations.length} violations`,
  );
}

function list(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return told.join(", ");
}

function buildClosingLine(simulation: Simulation, seconds: number): object {
  const { seedCount, violations, deliveryCount, duplicateCount, lateCount } = simulation;
  const { endings, effects, faults } = simulation;
  return {
    seeds: seedCount,
    violations,
    per_second: Math.round((seedCount / seconds) * 10) / 10,
    deliveries: deliveryCount,
    duplicates: duplicateCount,
    late_answers: lateCount,
    endings,
    effects,
    faults,
  };
}
