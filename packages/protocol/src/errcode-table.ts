import type { BilingualText } from "./errors.ts";

/** Who is to blame for a refusal. */
export type Fault = "token" | "grant" | "recipient" | "message" | "account" | "platform";

/**
 * How a fact is known: `D` documented; `D2` documented, read second-hand; `R` reported by developers of this endpoint;
 * `R-sib` reported of a sibling endpoint; `I` inferred. It speaks for the code and its text; that a code of the global
 * list occurs at this very endpoint is mostly not documented.
 */
export type ErrcodeEvidence = "D" | "D2" | "R" | "R-sib" | "I";

/** What is known of one errcode. */
export interface ErrcodeFact {
  readonly errcode: number;
  /** The constant part of the text, without `hint` or `rid`; empty when no wording is known. */
  readonly errmsg: string;
  /** To blame when a send is answered so; `none`: the code has no place there. */
  readonly fault: Fault | "none";
  /** To blame when a token call is answered so; absent: the code has no place there. */
  readonly tokenFault?: Fault;
  /** The code does not prove that nothing was done. */
  readonly mayHaveBeenProcessed?: true;
  /** In our own words. */
  readonly meaning: BilingualText;
  readonly evidence: ErrcodeEvidence;
  /** The page the fact comes from. */
  readonly source: string;
}

const DOCS = "https://developers.weixin.qq.com/doc";
const THREAD = "https://developers.weixin.qq.com/community";

const GLOBAL_CODES = `${DOCS}/oplatform/Return_codes/Return_code_descriptions_new.html`;

const SEND_PAGE = `${DOCS}/subscription/api/notify/subscribe/api_templatesubscribe.html`;
const TOKEN_PAGE = `${DOCS}/service/api/base/api_getaccesstoken`;
const OAUTH_PAGE = `${DOCS}/service/api/webdev/access/api_snsaccesstoken`;
const CLEAR_QUOTA_PAGE = `${DOCS}/oplatform/Third-party_Platforms/2.0/api/openApi/clear_quota.html`;
const QUOTA_PAGE = `${DOCS}/offiaccount/openApi/get_api_quota.html`;
const RID_PAGE = `${DOCS}/offiaccount/openApi/get_rid_info.html`;
const NETWORK_PAGE = `${DOCS}/service/Basic_Information/Network_Detection.html`;
const NOTIFICATION_PAGE = `${DOCS}/service/api/notify/notify/api_sendnewsubscribemsg.html`;
const API_GUIDE = `${DOCS}/service/guide/dev/api`;
const REFUSED_THREAD = `${THREAD}/develop/doc/000844d536c078d8ded2969ed6b400`;
const ICP_THREAD = `${THREAD}/personal/oCJUsw1yjuB0eYzJ1i8FklZyKUJ0`;

/** Every errcode that this capability's endpoints, their token and OAuth calls and their diagnostics are known to answer, ascending. */
export const ERRCODES: readonly ErrcodeFact[] = [
  {
    errcode: -1,
    errmsg: "system error",
    fault: "platform",
    tokenFault: "platform",
    mayHaveBeenProcessed: true,
    meaning: {
      zh: "平台繁忙，稍后再试；是否已处理无从得知。",
      en: "The platform is busy, try again later; whether it did anything is not said.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 0,
    errmsg: "ok",
    fault: "none",
    meaning: {
      zh: "成功。",
      en: "Done.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40001,
    errmsg: "invalid credential, access_token is invalid or not latest",
    fault: "token",
    tokenFault: "account",
    meaning: {
      zh: "发送时：access_token 无效或已被更新的取代；获取 access_token 时：AppSecret 不对，或不属于这个 appid。",
      en: "In a send: the access token is wrong or a newer one replaced it. In a token call: the secret is wrong or another account's.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40002,
    errmsg: "invalid grant_type",
    fault: "none",
    tokenFault: "account",
    meaning: {
      zh: "grant_type 不是 client_credential。",
      en: "The grant_type is not client_credential.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 40003,
    errmsg: "invalid openid",
    fault: "recipient",
    meaning: {
      zh: "touser 不是 openid，或属于另一个账号。",
      en: "The touser is no openid, or one of another account.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40013,
    errmsg: "invalid appid",
    fault: "message",
    tokenFault: "account",
    meaning: {
      zh: "发送时：小程序的 appid 未与账号关联；获取 access_token 时：没有这个 appid。",
      en: "In a send: the mini-program's appid is not associated with the account. In a token call: there is no such appid.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40014,
    errmsg: "invalid access_token",
    fault: "token",
    meaning: {
      zh: "access_token 残缺或不是 access_token。",
      en: "The access token is cut off or not one at all.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40029,
    errmsg: "invalid code",
    fault: "none",
    meaning: {
      zh: "网页授权的 code 不对，或不是这个账号的。",
      en: "The OAuth code is wrong, or another account's.",
    },
    evidence: "D",
    source: OAUTH_PAGE,
  },
  {
    errcode: 40036,
    errmsg: "invalid template_id size",
    fault: "account",
    meaning: {
      zh: "template_id 的长度不对。",
      en: "The template id has the wrong length.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40037,
    errmsg: "invalid template_id",
    fault: "account",
    meaning: {
      zh: "template_id 不是本账号那个唯一的一次性订阅模板；常见原因是误用了订阅通知或模板消息的模板。",
      en: "The template id is not the account's one template for this capability; often one of subscription notifications or template messages is used by mistake.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40039,
    errmsg: "invalid url size",
    fault: "message",
    meaning: {
      zh: "url 太长。",
      en: "The url is too long.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40048,
    errmsg: "invalid url domain",
    fault: "message",
    meaning: {
      zh: "url 的域名不被接受。",
      en: "The domain of the url is not accepted.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40062,
    errmsg: "invalid title size",
    fault: "message",
    meaning: {
      zh: "标题超过 15 个字。",
      en: "The title has more than 15 characters.",
    },
    evidence: "D2",
    source: SEND_PAGE,
  },
  {
    errcode: 40066,
    errmsg: "invalid url",
    fault: "message",
    meaning: {
      zh: "url 不合法或已被拦截。",
      en: "The url is not valid, or is blocked.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40097,
    errmsg: "invalid args",
    fault: "message",
    meaning: {
      zh: "某个参数不合法，平台没有说是哪一个；scene 是可能之一。",
      en: "Some argument is wrong, and the platform does not say which; scene is a candidate.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40125,
    errmsg: "invalid appsecret",
    fault: "none",
    tokenFault: "account",
    meaning: {
      zh: "AppSecret 不对。",
      en: "The secret is wrong.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 40163,
    errmsg: "code been used",
    fault: "none",
    meaning: {
      zh: "网页授权的 code 已经用过，它只能用一次。",
      en: "The OAuth code was used before; it is good for once.",
    },
    evidence: "D",
    source: OAUTH_PAGE,
  },
  {
    errcode: 40164,
    errmsg: "invalid ip, not in whitelist",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "调用方的 IP 不在账号的白名单里；只有获取 access_token 时检查。",
      en: "The caller's IP address is not on the account's whitelist, which token calls check.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 40165,
    errmsg: "invalid weapp pagepath",
    fault: "message",
    meaning: {
      zh: "小程序的 pagepath 不被接受。",
      en: "The mini-program's pagepath is not accepted.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40166,
    errmsg: "invalid weapp appid",
    fault: "message",
    meaning: {
      zh: "小程序的 appid 不被接受。",
      en: "The mini-program's appid is not accepted.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40201,
    errmsg: "",
    fault: "none",
    meaning: {
      zh: "网络检测：账号没有配置推送地址。",
      en: "Network check: the account has no push URL configured.",
    },
    evidence: "D",
    source: NETWORK_PAGE,
  },
  {
    errcode: 40202,
    errmsg: "",
    fault: "none",
    meaning: {
      zh: "网络检测：action 不合法。",
      en: "Network check: the action is not one it knows.",
    },
    evidence: "D",
    source: NETWORK_PAGE,
  },
  {
    errcode: 40203,
    errmsg: "",
    fault: "none",
    meaning: {
      zh: "网络检测：check_operator 不合法。",
      en: "Network check: the operator is not one it knows.",
    },
    evidence: "D",
    source: NETWORK_PAGE,
  },
  {
    errcode: 40226,
    errmsg: "",
    fault: "none",
    meaning: {
      zh: "高风险用户被拦截；只出现在小程序登录。",
      en: "A high-risk user is kept out; mini-program login only.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40243,
    errmsg: "",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "AppSecret 已被冻结，须在后台解冻。",
      en: "The secret is frozen and must be unfrozen in the console.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 40249,
    errmsg: "",
    fault: "message",
    meaning: {
      zh: "模板消息内容违规的新返回码之一；目前只见于 /template/send。",
      en: "One of the newer codes about abusive template-message content, so far of /template/send only.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40250,
    errmsg: "",
    fault: "message",
    meaning: {
      zh: "模板消息内容违规的新返回码之一；目前只见于 /template/send。",
      en: "One of the newer codes about abusive template-message content, so far of /template/send only.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40251,
    errmsg: "",
    fault: "message",
    meaning: {
      zh: "模板消息内容违规的新返回码之一；目前只见于 /template/send。",
      en: "One of the newer codes about abusive template-message content, so far of /template/send only.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 40252,
    errmsg: "",
    fault: "message",
    meaning: {
      zh: "模板消息内容违规的新返回码之一；目前只见于 /template/send。",
      en: "One of the newer codes about abusive template-message content, so far of /template/send only.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 41001,
    errmsg: "access_token missing",
    fault: "token",
    meaning: {
      zh: "请求里没有 access_token。",
      en: "The request carries no access token.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 41002,
    errmsg: "appid missing",
    fault: "none",
    tokenFault: "account",
    meaning: {
      zh: "请求里没有 appid。",
      en: "The request carries no appid.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 41004,
    errmsg: "appsecret missing",
    fault: "none",
    tokenFault: "account",
    meaning: {
      zh: "请求里没有 AppSecret。",
      en: "The request carries no secret.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 41008,
    errmsg: "missing code",
    fault: "none",
    meaning: {
      zh: "没有 code。",
      en: "There is no code.",
    },
    evidence: "D",
    source: OAUTH_PAGE,
  },
  {
    errcode: 41009,
    errmsg: "missing openid",
    fault: "message",
    meaning: {
      zh: "请求里没有 touser。",
      en: "The request carries no touser.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 41018,
    errmsg: "missing component_appid",
    fault: "none",
    tokenFault: "account",
    meaning: {
      zh: "第三方平台的请求里没有 component_appid。",
      en: "A third-party platform's request carries no component_appid.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 41028,
    errmsg: "invalid form id",
    fault: "message",
    meaning: {
      zh: "小程序旧模板消息的 form_id 不对；这个接口不应出现。",
      en: "The form id of retired mini-program templates is wrong; not expected here.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 41030,
    errmsg: "invalid page",
    fault: "message",
    meaning: {
      zh: "小程序旧模板消息的 page 不对；这个接口不应出现。",
      en: "The page of retired mini-program templates is wrong; not expected here.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 42001,
    errmsg: "access_token expired",
    fault: "token",
    meaning: {
      zh: "access_token 已过期。",
      en: "The access token has expired.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 42003,
    errmsg: "code expired",
    fault: "none",
    meaning: {
      zh: "网页授权的 code 已过期，它只有五分钟。",
      en: "The OAuth code expired; it lives five minutes.",
    },
    evidence: "D",
    source: OAUTH_PAGE,
  },
  {
    errcode: 43001,
    errmsg: "require GET method",
    fault: "none",
    tokenFault: "account",
    meaning: {
      zh: "这个接口要用 GET。",
      en: "The endpoint takes GET.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 43002,
    errmsg: "require POST method",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "这个接口要用 POST。",
      en: "The endpoint takes POST.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 43003,
    errmsg: "require https",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "必须用 https。",
      en: "The endpoint takes https only.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 43004,
    errmsg: "require subscribe",
    fault: "recipient",
    meaning: {
      zh: "对方没有关注账号；属于 /template/send，一次性订阅消息不需要关注。",
      en: "The receiver does not follow the account; belongs to /template/send, for this capability needs no following.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 43019,
    errmsg: "require remove blacklist",
    fault: "recipient",
    meaning: {
      zh: "对方在账号的黑名单里。",
      en: "The receiver is on the account's blacklist.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 43101,
    errmsg: "user refuse to accept the msg",
    fault: "grant",
    meaning: {
      zh: "没有可用的授权：从未确认、已经用掉、场景或模板不同、或在微信里关掉了；平台不区分。",
      en: "There is no usable grant: never given, used up, of another scene or template, or switched off in WeChat; the platform does not tell these apart.",
    },
    evidence: "R",
    source: REFUSED_THREAD,
  },
  {
    errcode: 43116,
    errmsg: "",
    fault: "message",
    meaning: {
      zh: "模板消息内容违规的新返回码之一；目前只见于 /template/send。",
      en: "One of the newer codes about abusive template-message content, so far of /template/send only.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 44002,
    errmsg: "empty post data",
    fault: "message",
    tokenFault: "account",
    meaning: {
      zh: "请求没有正文。",
      en: "The request has no body.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 45002,
    errmsg: "content size out of limit",
    fault: "message",
    meaning: {
      zh: "正文太长；文档没有为超过 200 字的内容规定返回码，这一个最有可能。",
      en: "The content is too long; the document names no code for content above 200 characters, and this is the likeliest.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 45003,
    errmsg: "title size out of limit",
    fault: "message",
    meaning: {
      zh: "标题太长；这个接口另有 40062。",
      en: "The title is too long; this endpoint has 40062 for it.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 45009,
    errmsg: "reach max api daily quota limit",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "当日调用次数已用完。",
      en: "The day's quota of calls is used up.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 45011,
    errmsg: "api minute-quota reach limit, must slower, retry next minute",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "这一分钟调用太多，下一分钟再试。",
      en: "Too many calls this minute; try again the next.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 45035,
    errmsg: "access clientip is not registered",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "调用方的 IP 没有登记。",
      en: "The caller's IP address is not registered.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 45082,
    errmsg: "need icp license for the url domain",
    fault: "message",
    meaning: {
      zh: "url 的域名没有 ICP 备案。",
      en: "The domain of the url has no ICP filing.",
    },
    evidence: "R",
    source: ICP_THREAD,
  },
  {
    errcode: 47001,
    errmsg: "data format error",
    fault: "message",
    tokenFault: "account",
    meaning: {
      zh: "正文不是 JSON。",
      en: "The body is not JSON.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 47002,
    errmsg:
      "data format error, do NOT use json unicode encode (\\uxxxx\\uxxxx), please use utf8 encoded text!",
    fault: "message",
    meaning: {
      zh: "正文用了 \\u 转义，要直接写 UTF-8。",
      en: "The body escapes its text with \\u; plain UTF-8 is wanted.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 47003,
    errmsg: "argument invalid!",
    fault: "message",
    meaning: {
      zh: "data 里的某个值为空或不合法。",
      en: "A value in data is empty or not accepted.",
    },
    evidence: "R-sib",
    source: GLOBAL_CODES,
  },
  {
    errcode: 48001,
    errmsg: "api unauthorized",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "账号没有这个接口的权限，或用了另一类账号的 access_token。",
      en: "The account has no permission for the interface, or the token is one of another kind of account.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 48002,
    errmsg: "user block receive message",
    fault: "recipient",
    meaning: {
      zh: "对方关掉了接收账号的消息。",
      en: "The receiver has switched the account's messages off.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 48004,
    errmsg: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "接口因违规被封，详情见后台。",
      en: "The interface is blocked for violations; the console has the details.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 48006,
    errmsg: "forbid to clear quota because of reaching the limit",
    fault: "none",
    meaning: {
      zh: "本月清零调用次数的机会已用完。",
      en: "The month's allowance of clearing quotas is used up.",
    },
    evidence: "D",
    source: CLEAR_QUOTA_PAGE,
  },
  {
    errcode: 48008,
    errmsg: "no permission for this msgtype",
    fault: "account",
    meaning: {
      zh: "账号没有这类消息的权限。",
      en: "The account may not send this type of message.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 48017,
    errmsg: "",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "调用的是已停用的平台 IP；要用域名。",
      en: "A retired IP address of the platform was called; use its host name.",
    },
    evidence: "D",
    source: API_GUIDE,
  },
  {
    errcode: 49003,
    errmsg: "not match openid with appid",
    fault: "recipient",
    meaning: {
      zh: "openid 不属于这个账号；见于用户类接口。",
      en: "The openid is not one of this account; seen of the user interfaces.",
    },
    evidence: "D2",
    source: GLOBAL_CODES,
  },
  {
    errcode: 50002,
    errmsg: "user limited",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "账号受限，可能被冻结或注销。",
      en: "The account is restricted, perhaps frozen or cancelled.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 50004,
    errmsg: "",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "账号被限制使用接口。",
      en: "The account is barred from the interface.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 50005,
    errmsg: "user is unsubscribed",
    fault: "recipient",
    meaning: {
      zh: "对方没有关注账号；这个接口不应出现。",
      en: "The receiver does not follow the account; not expected here.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 50007,
    errmsg: "",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "账号已被冻结。",
      en: "The account is frozen.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 61003,
    errmsg: "component is not authorized by this account",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "账号没有授权给这个第三方平台。",
      en: "The account has not authorised this third-party platform.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 61004,
    errmsg: "access clientip is not registered",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "调用方的 IP 不在第三方平台的白名单里。",
      en: "The caller's IP address is not on the third-party platform's whitelist.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 61005,
    errmsg: "component ticket is expired",
    fault: "none",
    tokenFault: "account",
    meaning: {
      zh: "第三方平台的 ticket 已过期。",
      en: "The third-party platform's ticket has expired.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 61006,
    errmsg: "component ticket is invalid",
    fault: "none",
    tokenFault: "account",
    meaning: {
      zh: "第三方平台的 ticket 无效。",
      en: "The third-party platform's ticket is not valid.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 61007,
    errmsg: "api is unauthorized to component",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "账号没有把权限集 7 授权给第三方平台。",
      en: "The account has not given permission set 7 to the third-party platform.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 61023,
    errmsg: "refresh_token is invalid",
    fault: "none",
    tokenFault: "account",
    meaning: {
      zh: "第三方平台保存的 refresh_token 无效，须由账号重新授权。",
      en: "The third-party platform's refresh token is not valid; the account must authorise again.",
    },
    evidence: "D",
    source: GLOBAL_CODES,
  },
  {
    errcode: 76001,
    errmsg: "",
    fault: "none",
    meaning: {
      zh: "查询 rid：没有这个 rid。",
      en: "Looking up a rid: there is none such.",
    },
    evidence: "D",
    source: RID_PAGE,
  },
  {
    errcode: 76002,
    errmsg: "",
    fault: "none",
    meaning: {
      zh: "查询 rid：rid 为空或格式不对。",
      en: "Looking up a rid: it is empty or not formed like one.",
    },
    evidence: "D",
    source: RID_PAGE,
  },
  {
    errcode: 76003,
    errmsg: "",
    fault: "none",
    meaning: {
      zh: "查询 rid：rid 属于另一个账号。",
      en: "Looking up a rid: it is another account's.",
    },
    evidence: "D",
    source: RID_PAGE,
  },
  {
    errcode: 76004,
    errmsg: "",
    fault: "none",
    meaning: {
      zh: "查询 rid：rid 已超过 7 天。",
      en: "Looking up a rid: it is older than 7 days.",
    },
    evidence: "D",
    source: RID_PAGE,
  },
  {
    errcode: 76021,
    errmsg: "cgi_path not found",
    fault: "none",
    meaning: {
      zh: "查询或清零调用次数：没有这个 cgi_path。",
      en: "Reading or clearing a quota: there is no such cgi_path.",
    },
    evidence: "D",
    source: QUOTA_PAGE,
  },
  {
    errcode: 76022,
    errmsg: "could not use this cgi_path, no permission",
    fault: "none",
    meaning: {
      zh: "查询或清零调用次数：账号没有这个接口。",
      en: "Reading or clearing a quota: the account does not own that interface.",
    },
    evidence: "D",
    source: QUOTA_PAGE,
  },
  {
    errcode: 89501,
    errmsg: "",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "这个 IP 的调用须经管理员确认。",
      en: "An administrator must confirm calls from this IP address.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 89503,
    errmsg: "",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "这个 IP 的调用正在等管理员确认。",
      en: "Calls from this IP address wait for an administrator's confirmation.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 89506,
    errmsg: "",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "管理员拒绝了这个 IP，24 小时内不能再试。",
      en: "An administrator refused this IP address; not again for 24 hours.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 89507,
    errmsg: "",
    fault: "account",
    tokenFault: "account",
    meaning: {
      zh: "管理员拒绝了这个 IP，1 小时内不能再试。",
      en: "An administrator refused this IP address; not again for one hour.",
    },
    evidence: "D",
    source: TOKEN_PAGE,
  },
  {
    errcode: 200013,
    errmsg: "",
    fault: "none",
    meaning: {
      zh: "模板被封禁；属于订阅通知的模板接口。",
      en: "The template is banned; of the template interfaces of subscription notifications.",
    },
    evidence: "D2",
    source: NOTIFICATION_PAGE,
  },
];
