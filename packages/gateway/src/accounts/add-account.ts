import type { World } from "@yici/runtime";
import { NO_LIMITS } from "../deliveries/send-limits.ts";
import { issueAccountCode } from "../ids.ts";
import type { AccountRecord, Records } from "../store/records.ts";

/** Codes tried before we give up; with a thousand accounts one in 1,700 is taken. */
const TRIES_MAX = 20;

/** What an account is set to when nobody says otherwise. */
export const PLAIN_ACCOUNT = {
  tokenOrigin: { kind: "app_secret" },
  verificationFile: undefined,
  whenInDoubt: "retry",
  limits: NO_LIMITS,
} as const satisfies Partial<AccountRecord>;

/** Adds an account under a code of its own. Answers `undefined` when the appid is taken. */
export async function addAccount(
  account: Omit<AccountRecord, "code">,
  store: Pick<Records, "addAccount" | "findAccount">,
  world: Pick<World, "randomBytes">,
): Promise<AccountRecord | undefined> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const record = { ...account, code: issueAccountCode(world) };
    if (await store.addAccount(record)) return record;
    if ((await store.findAccount(account.appid)) !== undefined) return undefined;
  }
  throw new Error(`no free account code was found in ${TRIES_MAX} tries`);
}
