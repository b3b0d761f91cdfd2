import { platformVariables } from "../dev/exec-variables.ts";
import { runBeside } from "../dev/run-beside.ts";
import { startDev } from "../dev/start-dev.ts";
import type { Session, SharedOptions } from "../session.ts";

/** `yici dev exec`: both sides in memory on free ports, for as long as a command runs. */
export async function runDevExec(
  { world, env }: Session,
  _options: SharedOptions,
  command: readonly string[],
): Promise<number> {
  const dev = await startDev({ world });
  try {
    return await runBeside(command, {
      ...env,
      ...platformVariables(dev.platform),
      YICI_ADMIN_URL: dev.gateway.adminUrl,
      YICI_API_KEY: dev.apiKey,
      YICI_GATEWAY_URL: dev.gateway.publicUrl,
      YICI_LINK_URL: dev.link.entryUrl,
    });
  } finally {
    await dev.stop();
  }
}
