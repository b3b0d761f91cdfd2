import type { BilingualText } from "@yici/protocol";

/** A point on which no public source decides, and the ways of reading it that this platform offers. */
interface OpenPoint {
  /** What nobody outside of WeChat knows. */
  readonly question: BilingualText;
  /** What is known around it, and why the default is the default. */
  readonly known: BilingualText;
  /** Each way of reading it, by the word that chooses it. */
  readonly choices: Readonly<Record<string, BilingualText>>;
  readonly default: string;
  /** The reading a careful team also tests under; absent where none is worse than the default. */
  readonly pessimistic?: string;
}

/** Every open point, by name. `docs/reference/what-we-know.md` is generated from this table. */
export const READINGS = {
  cancel: {
    question: {
      zh: "取消时，同一场景里还没用掉的旧授权是否失效？",
      en: "Does cancelling end an earlier, unused grant of the same scene?",
    },
    known: {
      zh: "文档只说“取消授权”，既可理解为这次不同意，也可理解为收回。",
      en: "The document says “deauthorization”, which can mean declining as well as revoking.",
    },
    choices: {
      keep: { zh: "不动", en: "it stays" },
      revoke: { zh: "收回", en: "it is revoked" },
    },
    default: "keep",
    pessimistic: "revoke",
  },
  grantLife: {
    question: { zh: "授权会过期吗？", en: "Does a grant expire?" },
    known: {
      zh: "官方没有说明；社区多认为用掉之前一直有效。再次确认会重新计时。",
      en: "Nothing is documented; developers mostly believe it lasts until used. Confirming again starts its time anew.",
    },
    choices: {
      endless: { zh: "不过期", en: "never" },
      "7_days": {
        zh: "7 天；任何 `N_days` 都可以",
        en: "after seven days; any `N_days` will do",
      },
    },
    default: "endless",
    pessimistic: "7_days",
  },
  missingContent: {
    question: {
      zh: "没有 data.content 的消息会被接受吗？",
      en: "Is a message without data.content accepted?",
    },
    known: {
      zh: "参数表里它不是必填，没有人报告过实际结果。",
      en: "The table of parameters does not require it; nobody has reported what happens.",
    },
    choices: {
      accept: { zh: "接受，正文为空", en: "yes, and it has no text" },
      "47003": { zh: "拒绝，47003", en: "no: 47003" },
    },
    default: "accept",
    pessimistic: "47003",
  },
  longContent: {
    question: {
      zh: "正文超过 200 字会怎样？",
      en: "What becomes of a content of more than 200 characters?",
    },
    known: {
      zh: "标题有专门的 40062，正文没有；45002 是全局码里最接近的。",
      en: "The title has a code of its own, 40062; the content has none, and 45002 is the closest of the global ones.",
    },
    choices: {
      "45002": { zh: "拒绝，45002", en: "refused: 45002" },
      "47003": { zh: "拒绝，47003", en: "refused: 47003" },
      cut: { zh: "截断到 200 字后照常送达", en: "delivered, cut to 200" },
    },
    default: "45002",
    pessimistic: "cut",
  },
  fragment: {
    question: {
      zh: "redirect_url 里的 # 片段回来时是什么样？",
      en: "How does the fragment of a redirect_url come back?",
    },
    known: {
      zh: "有一例实测：`/#/x` 回来成了 `#%23/x`。",
      en: "One observed callback: `/#/x` came back as `#%23/x`.",
    },
    choices: {
      clean: { zh: "原样，接在查询之后", en: "as it was, behind the query" },
      observed: { zh: "带上多出来的 `#%23`", en: "with the additional `#%23`" },
    },
    default: "clean",
    pessimistic: "observed",
  },
  absentReserved: {
    question: {
      zh: "链接里没有 reserved 时，回跳里有没有它？",
      en: "Does a callback have a reserved when the link had none?",
    },
    known: { zh: "没有说明，也没有报告。", en: "Neither documented nor reported." },
    choices: {
      omit: { zh: "没有", en: "no" },
      empty: { zh: "有，值为空", en: "yes, an empty one" },
    },
    default: "omit",
    pessimistic: "empty",
  },
  oddReserved: {
    question: {
      zh: "reserved（或网页授权的 state）不是 128 字节以内的字母数字时怎样？",
      en: "What of a reserved, or OAuth's state, that is not at most 128 letters and digits?",
    },
    known: {
      zh: "规则写在文档里，但有人用编码后的 JSON 和路径，没有人报告被拒。",
      en: "The rule is documented; encoded JSON and paths are in use, and nobody reports a refusal.",
    },
    choices: {
      echo: { zh: "照样带回", en: "it is echoed like any other" },
      refuse: { zh: "出错误页", en: "an error page" },
    },
    default: "echo",
  },
  callbackPath: {
    question: {
      zh: "回跳的路径末尾会不会多一个斜杠？",
      en: "Does the callback's path get a slash at its end?",
    },
    known: {
      zh: "文档写作 `redirect_url/?openid=…`，应是示意；只有域名时一定有斜杠。",
      en: "The document writes `redirect_url/?openid=…`, most likely schematically; a bare host always gets one.",
    },
    choices: {
      as_given: { zh: "`/a/b?openid=…`", en: "`/a/b?openid=…`" },
      slash: { zh: "`/a/b/?openid=…`", en: "`/a/b/?openid=…`" },
    },
    default: "as_given",
  },
  subDomains: {
    question: {
      zh: "业务域名的子域名算不算？",
      en: "Is a sub-domain of a business domain accepted?",
    },
    known: {
      zh: "只说“域名须与登记的一致”。",
      en: "Only that the domain must be the registered one.",
    },
    choices: {
      refuse: { zh: "不算，必须完全一致", en: "no: the host must be exactly the one" },
      accept: { zh: "算", en: "yes" },
    },
    default: "refuse",
  },
  httpRedirects: {
    question: {
      zh: "redirect_url 还能是 http 吗？",
      en: "May a redirect_url still be http?",
    },
    known: {
      zh: "官方示例就是 http，现场两种都有。",
      en: "The official sample is http, and both are seen in the field.",
    },
    choices: {
      accept: { zh: "能", en: "yes" },
      refuse: { zh: "不能，出错误页", en: "no: an error page" },
    },
    default: "accept",
  },
  appScenes: {
    question: {
      zh: "移动应用能用 0 以外的场景吗？",
      en: "May a mobile app use a scene other than 0?",
    },
    known: {
      zh: "文档的示例是 1000；有些应用报告只有 0 能打开，其余提示“应用访问参数错误”。",
      en: "The document's sample is 1000; some apps report that all but 0 end in 应用访问参数错误.",
    },
    choices: {
      any: { zh: "能", en: "yes" },
      zero_only: { zh: "只能是 0", en: "only 0" },
    },
    default: "any",
  },
  sendQuota: {
    question: {
      zh: "发送接口每天的次数上限是多少？",
      en: "How many sends a day does an account have?",
    },
    known: {
      zh: "没有公布；一位开发者报告 100 次。账号自己设置的上限优先。",
      en: "Not published; one developer reports 100. An account's own quota goes first.",
    },
    choices: {
      none: { zh: "没有上限", en: "no limit" },
      "100_a_day": { zh: "每天（东八区）100 次", en: "100 a day of UTC+8" },
    },
    default: "none",
  },
  blocked: {
    question: {
      zh: "发给拒收这个账号消息的人，答什么？",
      en: "What is a send to somebody who blocks the account answered?",
    },
    known: {
      zh: "全局码里有 48002、43019 和 43101，没有人在这个接口上区分过。",
      en: "Among the global codes are 48002, 43019 and 43101; nobody has told them apart on this endpoint.",
    },
    choices: {
      "48002": { zh: "48002", en: "48002" },
      "43019": { zh: "43019", en: "43019" },
      "43101": { zh: "43101", en: "43101" },
    },
    default: "48002",
  },
  pageTexts: {
    question: {
      zh: "错误页用什么语言？",
      en: "In which language are the error pages?",
    },
    known: { zh: "见过的都是中文。", en: "All that were reported are Chinese." },
    choices: {
      zh: { zh: "中文", en: "Chinese" },
      en: { zh: "英文", en: "English" },
    },
    default: "zh",
  },
} as const satisfies Readonly<Record<string, OpenPoint>>;
