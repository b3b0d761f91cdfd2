import type { BilingualText } from "@yici/protocol";

/** Something the real one is known to enforce and a sandbox relaxes. */
interface StrictRule {
  readonly rule: BilingualText;
  readonly inSandbox: BilingualText;
  readonly ifStrict: BilingualText;
}

/** What `strict` changes. `docs/reference/what-we-know.md` is generated from this table. */
export const STRICT_RULES: readonly StrictRule[] = [
  {
    rule: { zh: "只在微信里打开", en: "Pages open in WeChat alone" },
    inSandbox: { zh: "任何浏览器", en: "any browser will do" },
    ifStrict: {
      zh: "User-Agent 里须有 MicroMessenger；否则“请在微信客户端打开链接”",
      en: "the User-Agent must name MicroMessenger; others see 请在微信客户端打开链接",
    },
  },
  {
    rule: { zh: "测试号没有这个能力", en: "Test accounts lack the capability" },
    inSandbox: { zh: "有", en: "they have it" },
    ifStrict: {
      zh: "应用访问参数错误；发送答 48001",
      en: "应用访问参数错误; a send is answered 48001",
    },
  },
  {
    rule: {
      zh: "业务域名和网页授权域名不能是 IP、本机，也不带端口",
      en: "Business and OAuth domains are no IP addresses, no loopback hosts and have no port",
    },
    inSandbox: { zh: "都可以", en: "all of these will do" },
    ifStrict: {
      zh: "应用跳转的域名非法；网页授权是 10003",
      en: "应用跳转的域名非法; 10003 in OAuth",
    },
  },
  {
    rule: {
      zh: "消息的 url 须在有 ICP 备案的域名上",
      en: "A message's url is on a domain with an ICP filing",
    },
    inSandbox: {
      zh: "都算有，除了账号的 domains_without_icp",
      en: "every domain has one, but for the account's domains_without_icp",
    },
    ifStrict: {
      zh: "IP、本机、带端口的也没有：45082",
      en: "IP addresses, loopback hosts and ports have none either: 45082",
    },
  },
  {
    rule: {
      zh: "消息推送的地址只能用 80 和 443 端口，第三方平台的也一样",
      en: "Message push goes to ports 80 and 443 alone, and so do a component's tickets",
    },
    inSandbox: {
      zh: "IP、本机、任何端口都可以",
      en: "IP addresses, loopback hosts and any port will do",
    },
    ifStrict: {
      zh: "IP、本机、带端口的地址不能保存",
      en: "an IP address, a loopback host or a port is not saved",
    },
  },
  {
    rule: { zh: "接口只接受 https", en: "The API takes https alone" },
    inSandbox: { zh: "http 也可以", en: "http will do" },
    ifStrict: {
      zh: "43003，除非连接本身是 TLS，或 publicUrl 是 https",
      en: "43003, unless the connection is TLS or the publicUrl is https",
    },
  },
];
