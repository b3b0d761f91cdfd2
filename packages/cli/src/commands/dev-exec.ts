import { parseReadings } from "@yici/platform";
import { platformVariables } from "../dev/exec-variables.ts";
import { runBeside } from "../dev/run-beside.ts";
import { startDev } from "../dev/start-dev.ts";
import { withTls } from "../dev/with-tls.ts";
import type { Session, SharedOptions } from "../session.ts";

interface DevExecOptions extends SharedOptions {
  readonly tls?: true;
  readonly readings?: string;
}

/** `yici dev exec`: both sides in memory on free ports, for as long as a command runs. */
export function runDevExec(
  { world, env }: Session,
  { tls, readings }: DevExecOptions,
  command: readonly string[],
): Promise<number> {
  return withTls(tls === true, async ({ options, variables }) => {
    const dev = await startDev({
      world,
      platform: { ...options, readings: parseReadings(readings) },
    });
    try {
      return await runBeside(command, {
        ...env,
        ...platformVariables(dev.platform),
        ...variables,
        YICI_ADMIN_URL: dev.gateway.adminUrl,
        YICI_API_KEY: dev.apiKey,
        YICI_GATEWAY_URL: dev.gateway.publicUrl,
        YICI_LINK_URL: dev.link.entryUrl,
      });
    } finally {
      await dev.stop();
    }
  });
}
