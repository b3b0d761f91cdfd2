import { CONTENT_MAX, countCharacters, JUMP_MAX, TITLE_MAX } from "@yici/protocol";
import { judgeComponent } from "../component/judge-component.ts";
import { isSandboxAddress } from "../confirm/sandbox-address.ts";
import { judgeQuota } from "../quotas/judge-quota.ts";
import { judgeToken } from "../tokens/judge-token.ts";
import { ACCOUNT_LIMITED } from "../wire/account-endpoint.ts";
import { explainBody, POST_ONLY } from "../wire/body-refusals.ts";
import type { Refusal } from "../wire/refusal.ts";
import { explainRecipient } from "./explain-recipient.ts";
import type { SendFacts } from "./send-facts.ts";

/** Answers why not, or `undefined`. A check may count on those before it. */
export type SendCheck = (facts: SendFacts) => Refusal | undefined;

const methodIsPost: SendCheck = ({ call }) => (call.method === "POST" ? undefined : POST_ONLY);

const tokenIsValid: SendCheck = ({ token, issued, call }) => judgeToken(token, issued, call.at);

const bodyIsJson: SendCheck = ({ body }) =>
  body.kind === "parsed" ? undefined : explainBody(body.errcode);

const accountHasPermission: SendCheck = ({ account, conduct }) => {
  if (account?.isCertified !== true) {
    return refusal(
      48001,
      "账号未认证，没有一次性订阅消息的接口权限。",
      "The account is not certified and so has no permission for this capability.",
    );
  }
  return account.kind === "test" && conduct.isStrict
    ? refusal(
        48001,
        "测试号没有一次性订阅消息的接口权限；本平台以 strict 启动，与微信一致。",
        "A test account has no permission for this capability; this platform is strict about it, as WeChat is.",
      )
    : undefined;
};

const componentMaySend: SendCheck = ({ store, issued }) =>
  issued?.component === undefined
    ? undefined
    : judgeComponent(store, issued.component, issued.appid);

const capabilityIsNotBlocked: SendCheck = ({ account }) =>
  account?.standing !== "capability_blocked"
    ? undefined
    : refusal(
        48004,
        "这个账号因违规被封禁了一次性订阅消息的能力。",
        "The account has lost this capability for violations.",
      );

const accountIsInUse: SendCheck = ({ account }) =>
  account?.standing !== "restricted" && account?.standing !== "frozen"
    ? undefined
    : ACCOUNT_LIMITED;

const touserIsOfThisAccount: SendCheck = (facts) =>
  facts.recipient === undefined ? explainRecipient(facts) : undefined;

const templateIsTheAccounts: SendCheck = ({ fields, account }) =>
  fields.templateId === account?.templateId
    ? undefined
    : refusal(
        40037,
        "template_id 不是这个账号“一次性订阅消息”的模板 ID：它在公众平台的接口权限列表里，与订阅通知、模板消息的模板 ID 不是一回事。",
        "This is not the account's template of this capability: it stands in the interface-permission list, and is neither of 订阅通知 nor of template messages.",
      );

const sceneIsInRange: SendCheck = ({ scene }) =>
  scene !== undefined
    ? undefined
    : refusal(
        40097,
        "scene 必须是 0 到 10000 的整数（数字或十进制字符串）。",
        "scene must be an integer from 0 to 10000, as a number or as decimal text.",
      );

const titleFits: SendCheck = ({ fields: { title } }) => {
  if (title === undefined) return refusal(40062, "没有 title。", "There is no title.");
  const count = countCharacters(title);
  return count <= TITLE_MAX
    ? undefined
    : refusal(
        40062,
        `title 有 ${count} 个字，最多 ${TITLE_MAX} 个。`,
        `The title has ${count} characters; it may have ${TITLE_MAX}.`,
      );
};

/** The official table does not require a content. */
const contentIsThere: SendCheck = ({ fields: { content = "" }, conduct: { readings } }) =>
  content !== "" || readings.missingContent === "accept"
    ? undefined
    : refusal(
        47003,
        "没有 data.content.value，或者它是空的。本平台启动时选择了拒绝这样的消息（missingContent）。",
        "data.content.value is missing or empty, and this platform was started to refuse that (missingContent).",
      );

const contentFits: SendCheck = ({ fields: { content }, conduct: { readings } }) => {
  const count = countCharacters(content ?? "");
  return count <= CONTENT_MAX || readings.longContent === "cut"
    ? undefined
    : refusal(
        Number(readings.longContent),
        `data.content.value 有 ${count} 个字，最多 ${CONTENT_MAX} 个。`,
        `data.content.value has ${count} characters; it may have ${CONTENT_MAX}.`,
      );
};

const urlFits: SendCheck = ({ fields: { url } }) => {
  const count = countCharacters(url ?? "");
  return count <= JUMP_MAX
    ? undefined
    : refusal(
        40039,
        `url 有 ${count} 个字，最多 ${JUMP_MAX} 个。`,
        `The url has ${count} characters; it may have ${JUMP_MAX}.`,
      );
};

const urlIsWebAddress: SendCheck = ({ fields: { url } }) =>
  url === undefined || isWebAddress(url)
    ? undefined
    : refusal(40066, "url 不是完整的 http(s) 地址。", "The url is no absolute http(s) address.");

const urlHasIcpFiling: SendCheck = ({ fields: { url }, account, conduct }) => {
  const target = url === undefined ? null : URL.parse(url);
  if (target === null) return undefined;
  const domain = account?.domainsWithoutIcp.find((one) => isWithin(target.hostname, one));
  if (domain !== undefined) {
    return refusal(
      45082,
      `url 的域名 ${domain} 没有 ICP 备案（账号的 domains_without_icp 里写明）。`,
      `The url's domain ${domain} has no ICP filing: it is among the account's domains_without_icp.`,
    );
  }
  return conduct.isStrict && isSandboxAddress(target)
    ? refusal(
        45082,
        "url 是本机地址、IP 或带端口，不会有 ICP 备案；本平台以 strict 启动，与微信一致。",
        "The url leads to this machine, an IP address or a port, which has no ICP filing; this platform is strict about it, as WeChat is.",
      )
    : undefined;
};

/** An object with nothing in it counts as absent, like the empty text some clients send. */
const miniprogramIsNamed: SendCheck = ({ fields: { miniprogram } }) =>
  miniprogram?.pagepath === undefined || miniprogram.appid !== undefined
    ? undefined
    : refusal(40166, "miniprogram 里没有 appid。", "The miniprogram has no appid.");

const miniprogramIsBound: SendCheck = ({ fields: { miniprogram }, account }) => {
  const bound = account?.boundMiniprograms ?? null;
  return miniprogram?.appid === undefined || bound === null || bound.includes(miniprogram.appid)
    ? undefined
    : refusal(
        40013,
        "miniprogram.appid 没有与这个账号关联。",
        "The mini-program is not associated with this account.",
      );
};

const pagepathIsAPath: SendCheck = ({ fields: { miniprogram } }) =>
  miniprogram?.pagepath === undefined || isPagepath(miniprogram.pagepath)
    ? undefined
    : refusal(
        40165,
        "miniprogram.pagepath 含有空白或控制字符，或者太长。",
        "The pagepath holds white space or control characters, or is too long.",
      );

const quotaIsLeft: SendCheck = ({ store, account, call, conduct }) =>
  account && judgeQuota(store, account, call, conduct.readings);

const personTakesMessages: SendCheck = ({ recipient, conduct: { readings } }) =>
  recipient?.blocks === true
    ? refusal(
        Number(readings.blocked),
        "此人拒收这个账号的消息。授权还在，解除后可以再发。",
        "This person blocks the account. The grant is still there for when that ends.",
      )
    : undefined;

const personTakesThisKind: SendCheck = ({ recipient }) =>
  recipient?.refuses === true
    ? refusal(
        43101,
        "此人在微信设置里拒收这个账号的一次性订阅消息。授权还在，重新允许后可以再发。",
        "This person refuses the account's one-time messages in WeChat's settings. The grant is still there for when that ends.",
      )
    : undefined;

/** In the order of facts 3.7. The first that objects decides; whether there is a grant shows when it is to be spent. */
export const SEND_CHECKS: readonly SendCheck[] = [
  methodIsPost,
  tokenIsValid,
  bodyIsJson,
  accountHasPermission,
  componentMaySend,
  capabilityIsNotBlocked,
  accountIsInUse,
  touserIsOfThisAccount,
  templateIsTheAccounts,
  sceneIsInRange,
  titleFits,
  contentIsThere,
  contentFits,
  urlFits,
  urlIsWebAddress,
  urlHasIcpFiling,
  miniprogramIsNamed,
  miniprogramIsBound,
  pagepathIsAPath,
  quotaIsLeft,
  personTakesMessages,
  personTakesThisKind,
];

function refusal(errcode: number, zh: string, en: string): Refusal {
  return { errcode, why: { zh, en } };
}

function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "https:" || protocol === "http:";
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function isPagepath(text: string): boolean {
  return countCharacters(text) <= JUMP_MAX && !/[\s\p{Cc}]/u.test(text);
}
