import { run } from "node:test";
import { spec } from "node:test/reporters";

/** What came of a run; `problems` is empty exactly when all is well. */
export interface TestRun {
  readonly passedCount: number;
  readonly failedCount: number;
  readonly problems: readonly string[];
}

interface FileCounts {
  readonly tests: number;
  readonly passed: number;
  readonly skipped: number;
  readonly todo: number;
}

/** Two at a time: some start servers, a browser or npm, and are judged by what they manage in time. */
const CONCURRENCY = 2;

/** Far above what any test needs, far below what a CI run may take. */
const TIMEOUT_MS = 300_000;

/**
 * Runs test files (absolute paths), each in a process of its own, on the sources of this work tree, and prints the
 * report of Node's own runner. Node counts a file without a test as a passed test; here it is a problem, as is a
 * skipped test and a run without tests.
 */
export async function runTestFiles(files: readonly string[]): Promise<TestRun> {
  const stream = run({
    files,
    concurrency: CONCURRENCY,
    timeout: TIMEOUT_MS,
    execArgv: ["--conditions=@yici/source"],
  });
  const counts = new Map<string, FileCounts>();
  let hasFailed = false;
  stream.on("test:summary", (summary) => {
    if (summary.file !== undefined) counts.set(summary.file, summary.counts);
    hasFailed ||= !summary.success;
  });
  for await (const line of stream.compose(new spec())) process.stdout.write(String(line));
  return judge(files, counts, hasFailed);
}

function judge(
  files: readonly string[],
  counts: ReadonlyMap<string, FileCounts>,
  hasFailed: boolean,
): TestRun {
  const ran = [...counts.values()];
  const passedCount = ran.reduce((sum, { passed }) => sum + passed, 0);
  const skippedCount = ran.reduce((sum, { skipped, todo }) => sum + skipped + todo, 0);
  const testCount = ran.reduce((sum, { tests }) => sum + tests, 0);
  const silent = files.filter((file) => (counts.get(file)?.tests ?? 0) === 0);
  return {
    passedCount,
    failedCount: testCount - passedCount - skippedCount,
    problems: [
      ...(testCount === 0 ? ["no test ran"] : []),
      ...(hasFailed ? ["a test failed"] : []),
      ...(skippedCount > 0 ? [`${skippedCount} tests were skipped`] : []),
      ...silent.map((file) => `no test ran in ${file}`),
    ],
  };
}
