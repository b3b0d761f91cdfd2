import type { BilingualText } from "@yici/protocol";
import type { RefusedLink } from "../decisions/decision.ts";
import type { Conduct } from "../readings/conduct.ts";
import { ARGUMENTS_WRONG } from "./page-texts.ts";

/** What is wrong with a link that does not end in `#wechat_redirect`. What the real one shows is not known. */
export const LOST_FRAGMENT = {
  name: "wechat_redirect_is_there",
  pageText: ARGUMENTS_WRONG,
  hint: {
    zh: "链接必须以 #wechat_redirect 结尾，302 跳转时也一样。",
    en: "The link must end in #wechat_redirect, also when a 302 leads to it.",
  } satisfies BilingualText,
} as const;

/** The refusal of such a link, for the page that finds out by itself: no server sees a fragment. */
export function explainLostFragment({ readings }: Conduct): RefusedLink {
  const { name, pageText, hint } = LOST_FRAGMENT;
  return { kind: "refused", check: name, pageText: pageText[readings.pageTexts], hint };
}
