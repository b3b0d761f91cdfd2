import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CA_FILE, parseReadings, startPlatform } from "@yici/platform";
import { platformVariables, trustVariables } from "../dev/exec-variables.ts";
import { readSnapshotFile } from "../dev/read-snapshot-file.ts";
import { runBeside } from "../dev/run-beside.ts";
import type { Session, SharedOptions } from "../session.ts";

interface PlatformExecOptions extends SharedOptions {
  readonly snapshot?: string;
  readonly tls?: true;
  readonly strict?: true;
  readonly readings?: string;
}

/** `yici platform exec`: WeChat's side in memory on a free port, for as long as a command runs. */
export async function runPlatformExec(
  { world, env }: Session,
  { snapshot, tls, strict, readings }: PlatformExecOptions,
  command: readonly string[],
): Promise<number> {
  const folder = tls === true ? mkdtempSync(join(tmpdir(), "yici-tls-")) : undefined;
  try {
    const platform = await startPlatform({
      world,
      demo: true,
      strict: strict === true,
      readings: parseReadings(readings),
      ...(snapshot !== undefined && { snapshot: readSnapshotFile(snapshot) }),
      ...(folder !== undefined && { tls: { folder } }),
    });
    try {
      const trust = folder === undefined ? {} : trustVariables(join(folder, CA_FILE));
      return await runBeside(command, { ...env, ...platformVariables(platform), ...trust });
    } finally {
      await platform.stop();
    }
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}
