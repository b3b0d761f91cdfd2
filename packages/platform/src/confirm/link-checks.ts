import { parseAppId, parseScene, SCENE_MAX } from "@yici/protocol";
import type { ConfirmCheck } from "./confirm-facts.ts";
import { isInWechat } from "./in-wechat.ts";
import { LOST_FRAGMENT } from "./lost-fragment.ts";
import { ARGUMENTS_WRONG, OUTSIDE_WECHAT, TEMPLATE_WRONG } from "./page-texts.ts";
import { isPlainState } from "./plain-state.ts";

const openedInWechat: ConfirmCheck = {
  name: "opened_in_wechat",
  pageText: OUTSIDE_WECHAT,
  object: ({ conduct, userAgent }) =>
    !conduct.isStrict || userAgent === undefined || isInWechat(userAgent)
      ? undefined
      : {
          zh: "链接只能在微信里打开：浏览器的 User-Agent 中没有 MicroMessenger。平台以 strict 启动时检查这一点。",
          en: "The link opens in WeChat alone: the browser's User-Agent has no MicroMessenger. A platform started as strict looks at that.",
        },
};

const actionIsGetConfirm: ConfirmCheck = {
  name: "action_is_get_confirm",
  pageText: ARGUMENTS_WRONG,
  object: ({ link: { action } }) =>
    action === "get_confirm"
      ? undefined
      : {
          zh: `action 必须是 get_confirm，${tell(action).zh}。`,
          en: `action must be get_confirm; ${tell(action).en}.`,
        },
};

const accountExists: ConfirmCheck = {
  name: "account_exists",
  pageText: ARGUMENTS_WRONG,
  object: ({ link: { appid }, account }) => {
    if (account !== undefined) return undefined;
    if (appid === undefined) return { zh: "没有 appid 参数。", en: "There is no appid." };
    return parseAppId(appid) === undefined
      ? {
          zh: `appid“${appid}”不是 wx 加 16 位小写十六进制数字。`,
          en: `The appid “${appid}” is not wx and 16 lower-case hexadecimal digits.`,
        }
      : {
          zh: `本平台没有 appid 为 ${appid} 的账号，可用 POST /control/v1/accounts 添加。`,
          en: `This platform has no account ${appid}; add it with POST /control/v1/accounts.`,
        };
  },
};

const accountIsCertified: ConfirmCheck = {
  name: "account_is_certified",
  pageText: ARGUMENTS_WRONG,
  object: ({ account }) =>
    account?.isCertified === true
      ? undefined
      : {
          zh: "账号未认证：只有认证过的公众号（或审核通过的移动应用）才有一次性订阅消息的权限。",
          en: "The account is not certified; only certified accounts, and apps that passed review, have this capability.",
        },
};

const accountIsInGoodStanding: ConfirmCheck = {
  name: "account_is_in_good_standing",
  pageText: ARGUMENTS_WRONG,
  object: ({ account }) =>
    account === undefined || account.standing === "good"
      ? undefined
      : {
          zh: `账号状态是 ${account.standing}，没有这个能力。`,
          en: `The account's standing is ${account.standing}: it does not have this capability now.`,
        },
};

const accountIsNoTestAccount: ConfirmCheck = {
  name: "account_is_no_test_account",
  pageText: ARGUMENTS_WRONG,
  object: ({ conduct, account }) =>
    conduct.isStrict && account?.kind === "test"
      ? {
          zh: "测试号没有一次性订阅消息。沙箱允许，以 strict 启动时不允许。",
          en: "Test accounts do not have this capability. A sandbox lets them; one started as strict does not.",
        }
      : undefined,
};

const sceneIsInRange: ConfirmCheck = {
  name: "scene_is_in_range",
  pageText: ARGUMENTS_WRONG,
  object: ({ link: { scene } }) =>
    scene !== undefined && parseScene(scene) !== undefined
      ? undefined
      : {
          zh: `scene 必须是 0 到 ${SCENE_MAX} 的整数，${tell(scene).zh}。业务编号放不进 scene 时，请用 reserved 传递。`,
          en: `scene must be an integer from 0 to ${SCENE_MAX}; ${tell(scene).en}. An id that does not fit belongs into reserved.`,
        },
};

const appSceneIsZero: ConfirmCheck = {
  name: "app_scene_is_zero",
  pageText: ARGUMENTS_WRONG,
  object: ({ conduct, account, link: { scene = "" } }) =>
    conduct.readings.appScenes === "any" || account?.kind !== "mobile_app" || Number(scene) === 0
      ? undefined
      : {
          zh: "有些移动应用只有 scene 为 0 时才能打开确认页；本平台启动时选择了这样（appScenes）。",
          en: "For some apps the confirm page opens with scene 0 alone, and this platform was started to do so (appScenes).",
        },
};

/** Of an app, WeChat does not name the template (facts 1.6). */
const templateBelongsToApp: ConfirmCheck = {
  name: "template_belongs_to_app",
  pageText: ARGUMENTS_WRONG,
  object: ({ link: { templateId }, account }) =>
    account?.kind !== "mobile_app" || templateId === account.templateId
      ? undefined
      : {
          zh: "template_id 不是这个移动应用的：它在开放平台的“能力专区”里，每个应用只有一个。",
          en: "This template_id is not the app's: it stands in the Open Platform's console, and an app has one.",
        },
};

const templateBelongsToAccount: ConfirmCheck = {
  name: "template_belongs_to_account",
  pageText: TEMPLATE_WRONG,
  object: ({ link: { templateId }, account, templateOwner }) => {
    if (templateId !== undefined && templateId === account?.templateId) return undefined;
    if (templateId === undefined) {
      return { zh: "没有 template_id 参数。", en: "There is no template_id." };
    }
    return templateOwner === undefined
      ? {
          zh: `template_id“${templateId}”不是这个账号一次性订阅消息的模板 ID：它在公众平台的接口权限列表里，每个账号只有一个，订阅通知和模板消息的模板 ID 都不能用。`,
          en: `The template_id “${templateId}” is not the account's one template of this capability: it stands in the interface-permission list; ids of 订阅通知 or of template messages are others.`,
        }
      : {
          zh: `这个 template_id 属于另一个账号 ${templateOwner.appid}。`,
          en: `This template_id is that of another account, ${templateOwner.appid}.`,
        };
  },
};

const reservedIsPlain: ConfirmCheck = {
  name: "reserved_is_plain",
  pageText: ARGUMENTS_WRONG,
  object: ({ conduct, link: { reserved = "" } }) =>
    conduct.readings.oddReserved === "echo" || isPlainState(reserved)
      ? undefined
      : {
          zh: "reserved 只能是最多 128 个字母和数字；本平台启动时选择了拒绝其他的（oddReserved）。",
          en: "reserved is at most 128 letters and digits, and this platform was started to refuse any other (oddReserved).",
        },
};

const wechatRedirectIsThere: ConfirmCheck = {
  name: LOST_FRAGMENT.name,
  pageText: LOST_FRAGMENT.pageText,
  object: ({ link: { hasWechatRedirect } }) =>
    hasWechatRedirect === false ? LOST_FRAGMENT.hint : undefined,
};

/** What a link says, but for where it leads back to. */
export const LINK_CHECKS: readonly ConfirmCheck[] = [
  openedInWechat,
  actionIsGetConfirm,
  accountExists,
  accountIsCertified,
  accountIsInGoodStanding,
  accountIsNoTestAccount,
  sceneIsInRange,
  appSceneIsZero,
  templateBelongsToApp,
  templateBelongsToAccount,
  reservedIsPlain,
  wechatRedirectIsThere,
];

function tell(value: string | undefined) {
  return value === undefined
    ? { zh: "链接中没有它", en: "the link has none" }
    : { zh: `链接中是“${value}”`, en: `the link has “${value}”` };
}
