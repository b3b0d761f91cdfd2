import type { BilingualText } from "@yici/protocol";
import { isSandboxAddress } from "../confirm/sandbox-address.ts";
import type { Conduct } from "../readings/conduct.ts";

/**
 * Why nothing is pushed to a URL, or `undefined`. The real console takes the usual ports alone: 80 for http, 443 for https.
 * Official page: https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/message-push.html
 */
export function judgePushUrl(text: string, { isStrict }: Conduct): BilingualText | undefined {
  const url = URL.parse(text);
  if (url === null) return NO_ADDRESS;
  return isStrict && isSandboxAddress(url) ? SANDBOX_ADDRESS : undefined;
}

const NO_ADDRESS: BilingualText = {
  zh: "必须是完整的 http(s) 地址",
  en: "must be a whole http(s) address",
};

const SANDBOX_ADDRESS: BilingualText = {
  zh: "不能是 IP、本机地址，也不能带端口。沙箱允许，以 strict 启动时不允许",
  en: "must be no IP address and no loopback host, and have no port: a sandbox takes them, a strict platform does not",
};
