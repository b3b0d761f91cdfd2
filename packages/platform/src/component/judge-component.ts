import type { AppId } from "@yici/protocol";
import type { PlatformStore } from "../store/platform-store.ts";
import { explain, type Refusal } from "../wire/refusal.ts";
import { MESSAGE_PERMISSION_SET } from "./component.ts";

/** Why a component may not send for an account (any more), or `undefined` (facts 7). */
export function judgeComponent(
  store: PlatformStore,
  component: AppId,
  appid: AppId,
): Refusal | undefined {
  const found = store.components.findAuthorization(component, appid);
  if (found === undefined) return NEVER_AUTHORIZED;
  if (found.revokedAt !== undefined) {
    return explain(61003, found.revokedAt, [
      "这个账号已于 {at} 取消对第三方平台的授权。",
      "The account took its authorization of the component back at {at}.",
    ]);
  }
  return found.permissionSets.includes(MESSAGE_PERMISSION_SET) ? undefined : PERMISSION_MISSING;
}

const NEVER_AUTHORIZED: Refusal = {
  errcode: 61003,
  why: {
    zh: "这个账号没有授权给这个第三方平台。",
    en: "The account has not authorized this component.",
  },
};

const PERMISSION_MISSING: Refusal = {
  errcode: 61007,
  why: {
    zh: `授权的权限集里没有 ${MESSAGE_PERMISSION_SET}（消息），第三方平台不能替这个账号发送。`,
    en: `Permission set ${MESSAGE_PERMISSION_SET}, which messages belong to, is not among those granted to the component.`,
  },
};
