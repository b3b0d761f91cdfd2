import { parseReadings, startPlatform } from "@yici/platform";
import { platformVariables } from "../dev/exec-variables.ts";
import { readSnapshotFile } from "../dev/read-snapshot-file.ts";
import { runBeside } from "../dev/run-beside.ts";
import { withTls } from "../dev/with-tls.ts";
import type { Session, SharedOptions } from "../session.ts";

interface PlatformExecOptions extends SharedOptions {
  readonly snapshot?: string;
  readonly tls?: true;
  readonly strict?: true;
  readonly readings?: string;
}

/** `yici platform exec`: WeChat's side in memory on a free port, for as long as a command runs. */
export function runPlatformExec(
  { world, env }: Session,
  { snapshot, tls, strict, readings }: PlatformExecOptions,
  command: readonly string[],
): Promise<number> {
  return withTls(tls === true, async ({ options, variables }) => {
    const platform = await startPlatform({
      ...options,
      world,
      demo: true,
      strict: strict === true,
      readings: parseReadings(readings),
      ...(snapshot !== undefined && { snapshot: readSnapshotFile(snapshot) }),
    });
    try {
      return await runBeside(command, { ...env, ...platformVariables(platform), ...variables });
    } finally {
      await platform.stop();
    }
  });
}
