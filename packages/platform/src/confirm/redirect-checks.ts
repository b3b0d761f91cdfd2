import type { BilingualText } from "@yici/protocol";
import type { Account } from "../accounts/account.ts";
import { buildAppScheme } from "../mobile-app/app-link.ts";
import type { ConfirmCheck, ConfirmFacts } from "./confirm-facts.ts";
import { DOMAIN_ILLEGAL } from "./page-texts.ts";
import { isSandboxAddress } from "./sandbox-address.ts";
import { isTargetUrl } from "./target-url.ts";

const redirectUrlIsGiven: ConfirmCheck = {
  name: "redirect_url_is_given",
  pageText: DOMAIN_ILLEGAL,
  object: ({ link: { redirectUrl, redirectUri } }) => {
    if (redirectUrl !== undefined && redirectUrl !== "") return undefined;
    return redirectUri === undefined
      ? { zh: "没有 redirect_url 参数。", en: "There is no redirect_url." }
      : {
          zh: "参数名写成了 redirect_uri。这里是 redirect_url，以 l 结尾；以 i 结尾的是网页授权（OAuth）的参数。",
          en: "The parameter is misnamed redirect_uri. Here it is redirect_url, with an l; the one with an i is OAuth's.",
        };
  },
};

const redirectUrlIsAbsolute: ConfirmCheck = {
  name: "redirect_url_is_absolute",
  pageText: DOMAIN_ILLEGAL,
  object: (facts) => {
    const { redirectUrl = "" } = facts.link;
    if (isTarget(redirectUrl, facts)) return undefined;
    return DOUBLE_ENCODED.test(redirectUrl)
      ? {
          zh: "redirect_url 被编码了两次，只应编码一次。",
          en: "The redirect_url was encoded twice; encode it once.",
        }
      : explainTarget(facts.account);
  },
};

const redirectUrlNamesNobody: ConfirmCheck = {
  name: "redirect_url_names_nobody",
  pageText: DOMAIN_ILLEGAL,
  object: ({ link: { redirectUrl = "" } }) => {
    const url = URL.parse(redirectUrl);
    return url?.username === "" && url.password === ""
      ? undefined
      : {
          zh: "redirect_url 的域名前带有用户名（…@…）。",
          en: "The redirect_url has a user name before its host (…@…).",
        };
  },
};

const redirectUrlIsHttps: ConfirmCheck = {
  name: "redirect_url_is_https",
  pageText: DOMAIN_ILLEGAL,
  object: ({ link: { redirectUrl = "" }, conduct }) =>
    conduct.readings.httpRedirects === "accept" || !/^http:/i.test(redirectUrl)
      ? undefined
      : {
          zh: "redirect_url 是 http；本平台启动时选择了只接受 https（httpRedirects）。",
          en: "The redirect_url is http, and this platform was started to take https alone (httpRedirects).",
        },
};

/** What the real console takes for no business domain in the first place. */
const redirectUrlIsNoSandboxs: ConfirmCheck = {
  name: "redirect_url_is_no_sandboxs",
  pageText: DOMAIN_ILLEGAL,
  object: ({ link: { redirectUrl = "" }, conduct, account }) => {
    const url = URL.parse(redirectUrl);
    if (!conduct.isStrict || account?.kind === "mobile_app" || url === null) return undefined;
    if (!isSandboxAddress(url)) return undefined;
    return {
      zh: "业务域名不能是 IP、本机地址，也不能带端口。沙箱允许，以 strict 启动时不允许。",
      en: "A business domain is no IP address and no loopback host, and has no port. A sandbox lets them pass; one started as strict does not.",
    };
  },
};

const redirectUrlIsOnBusinessDomain: ConfirmCheck = {
  name: "redirect_url_is_on_business_domain",
  pageText: DOMAIN_ILLEGAL,
  object: (facts) => {
    const { link, account } = facts;
    const host = URL.parse(link.redirectUrl ?? "")?.hostname ?? "";
    return account?.kind === "mobile_app" || isBusinessDomain(host, facts)
      ? undefined
      : explainDomain(host, account);
  },
};

/** Where a link leads back to: nobody is ever redirected to an address that did not pass all of these. */
export const REDIRECT_CHECKS: readonly ConfirmCheck[] = [
  redirectUrlIsGiven,
  redirectUrlIsAbsolute,
  redirectUrlNamesNobody,
  redirectUrlIsHttps,
  redirectUrlIsNoSandboxs,
  redirectUrlIsOnBusinessDomain,
];

const DOUBLE_ENCODED = /^[a-z][a-z0-9+.-]*%(?:25)*3a/i;

function isTarget(redirectUrl: string, { account }: ConfirmFacts): boolean {
  return account?.kind === "mobile_app"
    ? redirectUrl === buildAppScheme(account.appid)
    : isTargetUrl(redirectUrl);
}

function explainTarget(account: Account | undefined): BilingualText {
  return account?.kind === "mobile_app"
    ? {
        zh: `移动应用的 redirect_url 必须是 ${account.appid}://。`,
        en: `A mobile app's redirect_url must be ${account.appid}://.`,
      }
    : {
        zh: "redirect_url 必须是以 http:// 或 https:// 开头的完整地址，其中没有空格和反斜杠。",
        en: "The redirect_url must be a whole address that begins with http:// or https://, without spaces and backslashes.",
      };
}

function isBusinessDomain(host: string, { account, conduct }: ConfirmFacts): boolean {
  const domains = account?.businessDomains ?? [];
  if (domains.includes(host)) return true;
  return (
    conduct.readings.subDomains === "accept" &&
    domains.some((domain) => host.endsWith(`.${domain}`))
  );
}

function explainDomain(host: string, account: Account | undefined): BilingualText {
  const registered = account?.businessDomains ?? [];
  return registered.length === 0
    ? {
        zh: `${host} 不是这个账号的业务域名，它还没有登记任何业务域名。`,
        en: `${host} is not a business domain of this account, which has registered none.`,
      }
    : {
        zh: `${host} 不是这个账号的业务域名。已登记的是：${registered.join("、")}（须完全一致，子域名不算）。`,
        en: `${host} is not a business domain of this account. Registered are ${registered.join(", ")}; the host must be exactly one of them.`,
      };
}
