import type { AccountRecord } from "../store/records.ts";

/** WeChat's own API. Official page: https://developers.weixin.qq.com/doc/subscription/guide/dev/api/ */
const REAL_ORIGIN = "https://api.weixin.qq.com";

const REAL_HOSTS = /(^|\.)(weixin|wechat)\.(qq\.)?com\.?$/;

/**
 * The origin under which an account's platform is called: WeChat's, or its sandbox's. `undefined` for a demo account
 * that would reach the real hosts, which must never happen.
 */
export function findApiOrigin(
  account: Pick<AccountRecord, "platform" | "isDemo">,
): string | undefined {
  const { platform, isDemo } = account;
  const url = new URL(platform.kind === "real" ? REAL_ORIGIN : platform.apiUrl);
  return isDemo && REAL_HOSTS.test(url.hostname) ? undefined : url.origin;
}
