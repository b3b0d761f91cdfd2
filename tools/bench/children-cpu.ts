import { readdirSync, readFileSync } from "node:fs";

/** What Linux counts CPU time in. */
const TICK_US = 10_000;

/** The CPU time that living descendants of this process have used, in microseconds; 0 where there is no `/proc`. */
export function readChildrenCpu(): number {
  const stats = readStats();
  const ours = new Set([process.pid]);
  let ticks = 0;
  // A child comes after its parent, but for process ids that have gone round.
  for (const { pid, parent, used } of stats.toSorted((one, other) => one.pid - other.pid)) {
    if (!ours.has(parent)) continue;
    ours.add(pid);
    ticks += used;
  }
  return ticks * TICK_US;
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** In ticks. */
  readonly used: number;
}

function readStats(): readonly Stat[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^[0-9]+$/.test(name))
      .flatMap(readStat);
  } catch {
    return [];
  }
}

function readStat(pid: string): readonly Stat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const used = Number(fields[11]) + Number(fields[12]);
    return [{ pid: Number(pid), parent: Number(fields[1]), used }];
  } catch {
    return []; // It has just ended.
  }
}
