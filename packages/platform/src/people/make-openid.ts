import { createHmac } from "node:crypto";
import { type AppId, type OpenId, parseOpenId } from "@yici/protocol";

/**
 * What a person is called under an account: 28 characters that begin with `o`, as real ones. It tells nobody who the person
 * is, differs from account to account, and is always the same on one platform, also after a reset.
 */
export function makeOpenid(key: Uint8Array, appid: AppId, person: string): OpenId {
  const digest = createHmac("sha256", key).update(`${appid}\0${person}`).digest("base64url");
  const openid = parseOpenId(`o${digest.slice(0, 27)}`);
  if (openid === undefined) throw new TypeError("base64url makes an openid");
  return openid;
}
