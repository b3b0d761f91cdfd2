import type { BilingualText } from "@yici/protocol";

/** A point that the public sources leave open and that this platform reads in one way alone. */
interface SettledPoint {
  readonly point: BilingualText;
  readonly reading: BilingualText;
}

/** In the order of the flow. `docs/reference/what-we-know.md` is generated from this table. */
export const SETTLED_POINTS: readonly SettledPoint[] = [
  {
    point: {
      zh: "链接里参数的顺序、未知的参数",
      en: "Order of a link's parameters, unknown ones",
    },
    reading: {
      zh: "任意顺序，未知的忽略（网页授权的链接则必须按顺序）",
      en: "any order, unknown ones ignored (OAuth's links, in contrast, keep their order)",
    },
  },
  {
    point: { zh: "错误页", en: "Error pages" },
    reading: {
      zh: "HTTP 200；scene 不对、账号未认证、缺 #wechat_redirect 都是“应用访问参数错误”",
      en: "HTTP 200; a bad scene, an account without certification and a lost #wechat_redirect all show 应用访问参数错误",
    },
  },
  {
    point: { zh: "回跳参数的顺序", en: "Order of a callback's parameters" },
    reading: {
      zh: "openid、template_id、action、reserved、scene，接在已有的查询之后",
      en: "openid, template_id, action, reserved, scene, behind the query there is",
    },
  },
  {
    point: {
      zh: "移动应用里点了取消，Resp 的 errCode",
      en: "errCode of a mobile app's Resp after cancelling",
    },
    reading: {
      zh: "0，action 为 cancel，openId 为 null；SDK 的 -2（用户取消）不会出现",
      en: "0, with action cancel and a null openId; the SDK's -2, cancelled by the user, never comes",
    },
  },
  {
    point: { zh: "授权属于谁", en: "What a grant belongs to" },
    reading: { zh: "(appid, openid, scene)", en: "(appid, openid, scene)" },
  },
  {
    point: { zh: "关注与取消关注", en: "Following and unfollowing" },
    reading: {
      zh: "不影响授权，只决定发送那一刻送到哪里",
      en: "no effect on grants; where a message arrives is decided when it is sent",
    },
  },
  {
    point: { zh: "何时用掉授权", en: "When a grant is spent" },
    reading: {
      zh: "与回答 0 是同一次提交：同时来的两次发送恰有一次成功",
      en: "with the answer 0, in one commit: of two sends at once exactly one succeeds",
    },
  },
  {
    point: { zh: "用别的场景发送", en: "A send under another scene" },
    reading: { zh: "43101", en: "43101" },
  },
  {
    point: { zh: "字数怎么算", en: "How characters are counted" },
    reading: {
      zh: "Unicode 码点；标题超过 15 个：40062",
      en: "Unicode code points; a title of more than 15: 40062",
    },
  },
  {
    point: { zh: "JSON 里的 scene", en: "scene in JSON" },
    reading: { zh: "整数或十进制字符串", en: "an integer, or decimal text" },
  },
  {
    point: { zh: "空的 url、miniprogram", en: "Empty url and miniprogram" },
    reading: { zh: "当作没有", en: "count as absent" },
  },
  {
    point: { zh: "data 里 content 以外的键", en: "Keys of data other than content" },
    reading: { zh: "忽略", en: "ignored" },
  },
  {
    point: { zh: "color", en: "color" },
    reading: {
      zh: "什么都收，只有 #RRGGBB 会显示",
      en: "anything is taken, #RRGGBB alone is shown",
    },
  },
  {
    point: { zh: "回答的头与 rid", en: "Header of answers, and rid" },
    reading: {
      zh: "`application/json; encoding=utf-8`；rid 是时间加随机数，三组八位十六进制",
      en: "`application/json; encoding=utf-8`; a rid is the time and chance, three groups of eight hexadecimal digits",
    },
  },
  {
    point: {
      zh: "网页授权“操作太频繁”（10009）的界限",
      en: "When OAuth is visited too often (10009)",
    },
    reading: {
      zh: "账号为 `/connect/oauth2/authorize` 设的额度；没设就没有界限",
      en: "by the account's own quota of `/connect/oauth2/authorize`; without one, never",
    },
  },
  {
    point: {
      zh: "网页授权链接里的 component_appid",
      en: "component_appid in a link of OAuth",
    },
    reading: {
      zh: "账号须已授权给它，否则 10015；redirect_uri 仍看账号的网页授权域名",
      en: "the account must have authorized it, or 10015; the redirect_uri goes by the account's OAuth domains all the same",
    },
  },
  {
    point: { zh: "哪些调用能按 rid 查到", en: "Which calls can be looked up by their rid" },
    reading: {
      zh: "被拒绝的：rid 只随拒绝告知调用方；认不出账号的、sns 的查不到",
      en: "those that were refused, for a rid is told with a refusal alone; not those of nobody's account, and none under sns",
    },
  },
  {
    point: { zh: "发送之后的事件推送", en: "An event after a message was sent" },
    reading: { zh: "没有", en: "none" },
  },
];
