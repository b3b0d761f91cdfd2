import type { AppId, EpochMs } from "@yici/protocol";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { Database } from "./database.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";
import { STATEMENTS } from "./statements.ts";

/**
 * Drops what is older than it need be, a limited number of rows at once, of the accounts that follow `after`; and makes
 * their lines among the due accounts anew, so that a hint that went wrong does not stay so. Answers the last of these
 * accounts; nothing when there are no more.
 */
export async function prune(
  database: Database,
  policy: RetryPolicy,
  { now, after }: { readonly now: EpochMs; readonly after: AppId | undefined },
): Promise<AppId | undefined> {
  const { pruneAccountsMax } = POSTGRES_LIMITS;
  const rows = await database.read(STATEMENTS.listAppIds, [after ?? "", pruneAccountsMax]);
  const appids = rows.map(({ appid }) => appid as AppId);
  for (const appid of appids) await pruneAccount(database, policy, appid, now);
  return appids.length < pruneAccountsMax ? undefined : appids.at(-1);
}

async function pruneAccount(
  database: Database,
  policy: RetryPolicy,
  appid: AppId,
  now: EpochMs,
): Promise<void> {
  const { idempotencyLifeMs, nonceLifeMs, eventLifeMs, messageLifeMs, pruneMax } = policy;
  const drop = (statement: string, lifeMs: number): Promise<unknown> =>
    database.write(statement, [appid, now - lifeMs, pruneMax]);
  await drop(STATEMENTS.pruneKeys, idempotencyLifeMs);
  await drop(STATEMENTS.pruneNonces, nonceLifeMs);
  await drop(STATEMENTS.pruneEvents, eventLifeMs);
  await drop(STATEMENTS.pruneMessages, messageLifeMs);
  await database.write(STATEMENTS.look, [appid]);
}
