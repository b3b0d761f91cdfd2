import { parseAppId } from "@yici/protocol";
import { Type } from "typebox";
import type { AccountRecord, Records } from "../../store/records.ts";
import { ProblemError } from "./problem.ts";

/** The parameter of every path under one account. */
export const AccountParams = Type.Object({ appid: Type.String() });

/** The account of an appid in a path. Throws the problem `account_not_found`. */
export async function findAccount(
  appidText: string,
  store: Pick<Records, "findAccount">,
): Promise<AccountRecord> {
  const appid = parseAppId(appidText);
  const account = appid === undefined ? undefined : await store.findAccount(appid);
  if (account !== undefined) return account;
  throw new ProblemError("account_not_found", {
    detail: {
      zh: "这个网关里没有该 appid 的账号，请先 POST /v1/accounts 添加。",
      en: "This gateway has no account with that appid; add it with POST /v1/accounts.",
    },
  });
}
