import type { AppId } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { PushTarget } from "../push/push-target.ts";

/** A third-party platform, to which accounts entrust their calls. */
export interface Component {
  readonly appid: AppId;
  readonly secret: string;
  readonly name: string;
  /** Where tickets and events of authorization are pushed. */
  readonly url: string;
  readonly token: string;
  readonly encodingAesKey: string;
  /** Addresses and ranges that may call; `null` means every address. */
  readonly ipWhitelist: readonly string[] | null;
  readonly createdAt: EpochMs;
}

/** What an account has entrusted to a component. */
export interface Authorization {
  readonly component: AppId;
  readonly appid: AppId;
  /** Numbers of WeChat's permission sets. */
  readonly permissionSets: readonly number[];
  readonly refreshToken: string;
  readonly authorizedAt: EpochMs;
  /** When the account took it back. */
  readonly revokedAt: EpochMs | undefined;
}

/** The permission set that messages belong to: without it an authorizer's token does not send (facts 7). */
export const MESSAGE_PERMISSION_SET = 7;

/** A component's pushes are always encrypted XML. */
export function aimAtComponent({ appid, url, token, encodingAesKey }: Component): PushTarget {
  return {
    appid,
    url,
    token,
    encodingAesKey,
    previousEncodingAesKey: undefined,
    mode: "safe",
    format: "xml",
  };
}
