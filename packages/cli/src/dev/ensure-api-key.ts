import type { Gateway } from "@yici/gateway";
import type { World } from "@yici/runtime";
import { createApiClient, ProblemError } from "../api-client.ts";

/** A key of the gateway in force: the one known from an earlier start if it still is, else a new one. */
export async function ensureApiKey(
  world: World,
  gateway: Pick<Gateway, "adminUrl" | "issueKey">,
  known: string | undefined,
): Promise<string> {
  const isInForce = known !== undefined && (await opens(world, gateway.adminUrl, known));
  return isInForce ? known : gateway.issueKey(PRINCIPAL, RIGHTS);
}

/** Whom the key in `cli.json` is issued to. */
const PRINCIPAL = "cli";

/** Whoever starts the gateway can read its tokens anyway; so they may give the right on. */
const RIGHTS = ["lend_token"] as const;

async function opens(world: World, adminUrl: string, apiKey: string): Promise<boolean> {
  try {
    await createApiClient(world, { adminUrl, apiKey }).call("/accounts");
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 401) return false;
    throw error;
  }
}
