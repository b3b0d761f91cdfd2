import type { AppId } from "@yici/protocol";
import type { AccountRecord } from "../store/records.ts";
import { checkAccount } from "./check-account.ts";
import { checkDatabase } from "./check-database.ts";
import { checkPlatform } from "./check-platform.ts";
import { checkQueue } from "./check-queue.ts";
import { type CheckResult, tellOf } from "./check-result.ts";
import type { CheckupGround } from "./checkup-ground.ts";

/** Accounts looked at when none is named: each costs questions to its platform. */
const ACCOUNTS_MAX = 20;

/**
 * Looks at all that must be right for messages to arrive: the database, and for each account, or the one that is named,
 * its state, the platform's clock, the domain's file, the token and the quota; then at what waits. Sends nothing and
 * changes nothing, but may ask for a token. Never rejects while the database answers.
 */
export async function runCheckup(
  ground: CheckupGround,
  appid?: AppId,
): Promise<readonly CheckResult[]> {
  const ofDatabase = await checkDatabase(ground);
  const all = await ground.store.listAccounts();
  const accounts = all.filter((account) => appid === undefined || account.appid === appid);
  const seen = accounts.slice(0, ACCOUNTS_MAX);
  const ofAccounts = await Promise.all(seen.map((account) => checkWhole(ground, account)));
  return [
    ...ofDatabase,
    ...ofAccounts.flat(),
    ...tellOfOthers(accounts.length - seen.length),
    await checkQueue(ground),
  ];
}

async function checkWhole(
  ground: CheckupGround,
  account: AccountRecord,
): Promise<readonly CheckResult[]> {
  return [await checkAccount(ground, account), ...(await checkPlatform(ground, account))];
}

function tellOfOthers(count: number): readonly CheckResult[] {
  if (count <= 0) return [];
  return [
    tellOf("account").warn(
      { zh: `还有 ${count} 个账号没有检查`, en: `${count} more accounts were not looked at` },
      { zh: "用 yici doctor --account 逐个检查", en: "Look at one with yici doctor --account" },
    ),
  ];
}
