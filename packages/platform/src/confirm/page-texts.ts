import type { BilingualText } from "@yici/protocol";

/** What WeChat's error pages say (facts 1.6); the English is ours, for who reads the pages so. */
export type PageText = BilingualText;

export const ARGUMENTS_WRONG: PageText = {
  zh: "应用访问参数错误",
  en: "application access parameter error",
};

export const TEMPLATE_WRONG: PageText = { zh: "模板id出错", en: "template id error" };

export const DOMAIN_ILLEGAL: PageText = {
  zh: "应用跳转的域名非法",
  en: "the domain the app jumps to is illegal",
};

/** The usual text of pages that are WeChat's own; no source ties it to this one. */
export const OUTSIDE_WECHAT: PageText = {
  zh: "请在微信客户端打开链接",
  en: "please open the link in WeChat",
};
