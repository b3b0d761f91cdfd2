import type { BilingualText } from "@yici/protocol";
import type { Account } from "../accounts/account.ts";
import type { Authorization } from "../component/component.ts";
import { isInWechat } from "../confirm/in-wechat.ts";
import { OUTSIDE_WECHAT, type PageText } from "../confirm/page-texts.ts";
import { isPlainState } from "../confirm/plain-state.ts";
import { isSandboxAddress } from "../confirm/sandbox-address.ts";
import { readTargetUrl } from "../confirm/target-url.ts";
import type { Conduct } from "../readings/conduct.ts";
import { OAUTH_SCOPE } from "./oauth-paths.ts";
import { OAUTH_PARAMETERS, type OAuthRequest } from "./oauth-request.ts";

/** All that is known when an OAuth link is opened. */
export interface OAuthFacts {
  readonly request: OAuthRequest;
  readonly userAgent: string;
  readonly conduct: Conduct;
  /** The account of the link's appid, when there is one. */
  readonly account: Account | undefined;
  /** What that account entrusted to the link's third-party platform, taken back or not. */
  readonly authorization: Authorization | undefined;
}

/** A named condition on an OAuth link. */
export interface OAuthCheck {
  readonly name: string;
  readonly pageText: PageText;
  /** The likely cause, or `undefined` when the condition holds. It may count on the checks before it. */
  readonly object: (facts: OAuthFacts) => BilingualText | undefined;
}

const openedInWechat: OAuthCheck = {
  name: "opened_in_wechat",
  pageText: OUTSIDE_WECHAT,
  object: ({ conduct, userAgent }) =>
    !conduct.isStrict || isInWechat(userAgent)
      ? undefined
      : {
          zh: "浏览器的 User-Agent 中没有 MicroMessenger。平台以 strict 启动时检查这一点。",
          en: "The browser's User-Agent has no MicroMessenger. A platform started as strict looks at that.",
        },
};

const parametersAreInOrder: OAuthCheck = {
  name: "parameters_are_in_order",
  pageText: { zh: "该链接无法访问", en: "this link cannot be visited" },
  object: ({ request: { names, responseType } }) => {
    const places = OAUTH_PARAMETERS.map((name) => names.indexOf(name)).filter((at) => at >= 0);
    const isInOrder = places.every((place, index) => place === index);
    if (isInOrder && responseType === "code") return undefined;
    return {
      zh: `参数必须依次是 ${OAUTH_PARAMETERS.join("、")}，其中 response_type=code；这里来的是 ${names.join("、")}。其余参数放在最后。`,
      en: `The parameters must be ${OAUTH_PARAMETERS.join(", ")}, in this order, with response_type=code; here came ${names.join(", ")}. Others stand behind them.`,
    };
  },
};

const appidIsGiven: OAuthCheck = {
  name: "appid_is_given",
  pageText: pageError(10012, "appid 不能为空", "appid is empty"),
  object: ({ request: { appid = "" } }) => (appid === "" ? missing("appid") : undefined),
};

const redirectUriIsGiven: OAuthCheck = {
  name: "redirect_uri_is_given",
  pageText: pageError(10011, "redirect_uri 不能为空", "redirect_uri is empty"),
  object: ({ request: { redirectUri = "" } }) =>
    redirectUri === "" ? missing("redirect_uri") : undefined,
};

const scopeIsGiven: OAuthCheck = {
  name: "scope_is_given",
  pageText: pageError(10010, "scope 不能为空", "scope is empty"),
  object: ({ request: { scope = "" } }) => (scope === "" ? missing("scope") : undefined),
};

/** The parameter may be left out; there and empty it may not be. */
const stateIsNotEmpty: OAuthCheck = {
  name: "state_is_not_empty",
  pageText: pageError(10013, "state 不能为空", "state is empty"),
  object: ({ request: { state } }) => (state === "" ? missing("state") : undefined),
};

const stateIsPlain: OAuthCheck = {
  name: "state_is_plain",
  pageText: { zh: "该链接无法访问", en: "this link cannot be visited" },
  object: ({ request: { state = "" }, conduct }) =>
    conduct.readings.oddReserved === "echo" || isPlainState(state)
      ? undefined
      : {
          zh: "state 只能是最多 128 个字母和数字；本平台启动时选择了拒绝其他的（oddReserved）。",
          en: "state is at most 128 letters and digits, and this platform was started to refuse any other (oddReserved).",
        },
};

const accountExists: OAuthCheck = {
  name: "account_exists",
  pageText: { zh: "AppID 参数错误", en: "wrong AppID" },
  object: ({ account, request: { appid = "" } }) =>
    account !== undefined
      ? undefined
      : {
          zh: `本平台没有 appid 为 ${appid} 的账号，可用 POST /control/v1/accounts 添加。`,
          en: `This platform has no account ${appid}; add it with POST /control/v1/accounts.`,
        },
};

const accountIsNoApp: OAuthCheck = {
  name: "account_is_no_app",
  pageText: pageError(
    10016,
    "不支持微信开放平台的 Appid，请使用公众号 Appid",
    "an appid of the Open Platform is not supported",
  ),
  object: ({ account }) =>
    account?.kind === "mobile_app"
      ? {
          zh: "这是移动应用的 appid；网页授权用公众号的。",
          en: "This is a mobile app's appid; web pages ask with an Official Account's.",
        }
      : undefined,
};

const accountIsNotBanned: OAuthCheck = {
  name: "account_is_not_banned",
  pageText: pageError(10004, "公众号被封禁", "the account is banned"),
  object: ({ account }) =>
    account?.standing === "restricted" || account?.standing === "frozen"
      ? {
          zh: `账号状态是 ${account.standing}。`,
          en: `The account's standing is ${account.standing}.`,
        }
      : undefined,
};

/** A test account has it too, as the real ones do. */
const accountHasPermission: OAuthCheck = {
  name: "account_has_permission",
  pageText: pageError(10005, "公众号没有此 scope 的权限", "the account lacks the scope"),
  object: ({ account }) =>
    account?.kind === "test" || (account?.kind === "service" && account.isCertified)
      ? undefined
      : {
          zh: "网页授权只给认证过的服务号。订阅号要知道访客的 openid，只能靠确认页的回跳。",
          en: "Web OAuth is for certified service accounts. A subscription account learns a visitor's openid from the confirm page's callback alone.",
        },
};

const scopeIsBase: OAuthCheck = {
  name: "scope_is_base",
  pageText: pageError(10005, "公众号没有此 scope 的权限", "the account lacks the scope"),
  object: ({ request: { scope = "" } }) =>
    scope === OAUTH_SCOPE
      ? undefined
      : {
          zh: `本平台只提供 ${OAUTH_SCOPE}，链接中是“${scope}”。`,
          en: `This platform has ${OAUTH_SCOPE} alone; the link has “${scope}”.`,
        },
};

const componentIsAuthorized: OAuthCheck = {
  name: "component_is_authorized",
  pageText: pageError(
    10015,
    "公众号未授权第三方平台",
    "the account has not authorized the third-party platform",
  ),
  object: ({ request: { componentAppid }, authorization }) =>
    componentAppid === undefined || (authorization && authorization.revokedAt === undefined)
      ? undefined
      : {
          zh: `这个账号没有授权给第三方平台 ${componentAppid}，或者已经取消授权。`,
          en: `The account has not authorized the component ${componentAppid}, or no longer does.`,
        },
};

const redirectUriIsOnOAuthDomain: OAuthCheck = {
  name: "redirect_uri_is_on_oauth_domain",
  pageText: pageError(
    10003,
    "redirect_uri 域名与后台配置不一致",
    "the redirect_uri's domain is not the configured one",
  ),
  object: ({ request: { redirectUri = "" }, account, conduct }) => {
    const url = readTargetUrl(redirectUri);
    if (url === undefined) {
      return {
        zh: "redirect_uri 必须是以 http:// 或 https:// 开头的完整地址，只编码一次，不带用户名。",
        en: "The redirect_uri must be a whole http(s) address, encoded once, without a user name.",
      };
    }
    const registered = account?.oauthDomains ?? [];
    const isTakenHere = !conduct.isStrict || !isSandboxAddress(url);
    if (registered.includes(url.hostname) && isTakenHere) return undefined;
    return {
      zh: `${url.host} 不是这个账号的网页授权域名。已登记的是：${registered.join("、")}（须完全一致；以 strict 启动时不能带端口，也不能是 IP 或本机地址）。业务域名是另一张表。`,
      en: `${url.host} is not an OAuth domain of this account. Registered are: ${registered.join(", ")}. The host must be exactly one of them; a strict platform takes no port, IP address or loopback host. Business domains are another list.`,
    };
  },
};

/** The first that objects decides. */
export const OAUTH_CHECKS: readonly OAuthCheck[] = [
  openedInWechat,
  parametersAreInOrder,
  appidIsGiven,
  redirectUriIsGiven,
  scopeIsGiven,
  stateIsNotEmpty,
  stateIsPlain,
  accountExists,
  accountIsNotBanned,
  accountIsNoApp,
  accountHasPermission,
  scopeIsBase,
  componentIsAuthorized,
  redirectUriIsOnOAuthDomain,
];

/** A condition on whoever is there: a test account knows its followers alone. */
export const PERSON_FOLLOWS_TEST_ACCOUNT = {
  name: "person_follows_test_account",
  pageText: pageError(10006, "需要关注此测试号", "this test account must be followed"),
  hint: {
    zh: "测试号的网页授权只对关注了它的人有效：在手机页上关注后再打开链接。",
    en: "A test account's OAuth works for those who follow it: follow it on the phone and open the link again.",
  },
} as const;

/** The last condition: the account's quota of this page, for nobody knows WeChat's own. */
export const VISITS_ARE_WITHIN_QUOTA = {
  name: "visits_are_within_quota",
  pageText: pageError(10009, "操作太频繁，请稍后重试", "too many visits, try again later"),
} as const;

/** A page error with its code (facts 8.2). */
function pageError(code: number, zh: string, en: string): PageText {
  return { zh: `${zh}，错误码：${code}`, en: `${en}, error code: ${code}` };
}

function missing(name: string): BilingualText {
  return { zh: `没有 ${name}，或者它是空的。`, en: `The ${name} is missing or empty.` };
}
