import type { Account } from "../accounts/account.ts";

/** The words of `auth_type` that let Official Accounts be chosen; the others are of mini-programs, channels and the like. */
const TYPES_WITH_ACCOUNTS: readonly string[] = ["1", "3", "6"];

/**
 * The accounts for which an administrator may agree: the one of `biz_appid`, which goes before `auth_type`, or the Official
 * Accounts if `auth_type` lets them be chosen; without both, all of these.
 * Official page: https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html
 */
export function listOfferedAccounts(
  accounts: readonly Account[],
  query: URLSearchParams,
): readonly Account[] {
  const official = accounts.filter(({ kind }) => kind !== "mobile_app");
  const [bizAppid, authType] = [query.get("biz_appid") ?? "", query.get("auth_type") ?? ""];
  if (bizAppid !== "") return official.filter(({ appid }) => appid === bizAppid);
  return authType === "" || TYPES_WITH_ACCOUNTS.includes(authType) ? official : [];
}
