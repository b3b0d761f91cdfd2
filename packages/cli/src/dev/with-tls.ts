import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CA_FILE, type PlatformOptions } from "@yici/platform";
import type { EnvironmentVariables } from "../config.ts";
import { trustVariables } from "./exec-variables.ts";

/** What a platform is started with for https, and what a command beside it needs to trust it; both empty for http. */
interface Tls {
  readonly options: Pick<PlatformOptions, "tls">;
  readonly variables: EnvironmentVariables;
}

/** Runs with a certificate authority for this once, or without any; nothing of it is left behind. */
export async function withTls(
  isWanted: boolean,
  run: (tls: Tls) => Promise<number>,
): Promise<number> {
  if (!isWanted) return run({ options: {}, variables: {} });
  const folder = mkdtempSync(join(tmpdir(), "yici-tls-"));
  try {
    return await run({
      options: { tls: { folder } },
      variables: trustVariables(join(folder, CA_FILE)),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
