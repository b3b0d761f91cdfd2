import { checkAccount } from "./check-account.ts";
import { checkDatabase } from "./check-database.ts";
import { checkPlatform } from "./check-platform.ts";
import { checkQueue } from "./check-queue.ts";
import type { CheckResult } from "./check-result.ts";
import type { CheckupGround } from "./checkup-ground.ts";

/**
 * Looks at all that must be right for messages to arrive: the database, and for each account its state, the platform's
 * clock, the domain's file, the token and the quota; then at what waits. Sends nothing and changes nothing, but may ask
 * for a token. Never rejects while the database answers.
 */
export async function runCheckup(ground: CheckupGround): Promise<readonly CheckResult[]> {
  const ofDatabase = await checkDatabase(ground);
  const accounts = await ground.store.listAccounts();
  const ofAccounts = accounts.map(async (account) => [
    await checkAccount(ground, account),
    ...(await checkPlatform(ground, account)),
  ]);
  return [...ofDatabase, ...(await Promise.all(ofAccounts)).flat(), await checkQueue(ground)];
}
