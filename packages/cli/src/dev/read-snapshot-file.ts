import { readFileSync } from "node:fs";
import type { Snapshot } from "@yici/platform";
import { CliError } from "../cli-error.ts";

/** The JSON of a snapshot file; whether it is a snapshot is the platform's to say. Throws a `CliError`. */
export function readSnapshotFile(path: string): Snapshot {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Snapshot;
  } catch (cause) {
    throw new CliError({
      exit: "usage",
      code: "snapshot_unreadable",
      text: {
        zh: `读不出快照文件 ${path}。`,
        en: `The snapshot file ${path} cannot be read as JSON.`,
      },
      next: {
        zh: "用 GET /control/v1/snapshot 导出一个。",
        en: "Export one with GET /control/v1/snapshot.",
      },
      cause,
    });
  }
}
