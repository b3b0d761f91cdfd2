import { existsSync, readFileSync } from "node:fs";

const STATUS = "/proc/self/status";

/**
 * The most memory that this process has had, in bytes. On Linux what the system calls the most of a process (`maxRSS`) begins
 * with what the process had that started it: a benchmark that seeds millions of messages would be counted too.
 */
export function readPeakRss(): number {
  const kib = existsSync(STATUS)
    ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS, "utf8"))?.[1]
    : undefined;
  return (kib === undefined ? process.resourceUsage().maxRSS : Number(kib)) * 1_024;
}
