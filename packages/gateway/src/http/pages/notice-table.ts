import type { Notice } from "./notice-page.ts";

/** Seconds after which a page that could not be served loads itself again. */
const RETRY_AFTER_S = 3;

/** There is nothing at this address. */
export const NOT_FOUND: Notice = {
  mood: "calm",
  heading: { zh: "没有这个页面", en: "Nothing here" },
  text: {
    zh: "链接可能不完整，或已被撤下。请向给您链接的人核对。",
    en: "The link may be incomplete or was taken down. Please check with whoever gave it to you.",
  },
};

/** The result page's ticket is too old or not ours. */
export const RESULT_GONE: Notice = {
  mood: "calm",
  heading: { zh: "这个结果页已失效", en: "This page is no longer shown" },
  text: {
    zh: "结果页只保留一天，而已作的确认不受影响。如需再次确认，请重新打开链接。",
    en: "Results are shown for a day; what you confirmed still stands. To confirm again, open the link again.",
  },
};

/** The address cannot be read. */
export const BAD_REQUEST: Notice = {
  mood: "bad",
  heading: { zh: "无法识别这个地址", en: "This address cannot be read" },
  text: {
    zh: "地址不完整或包含无效的字符，没有记录任何内容。",
    en: "It is incomplete or holds invalid characters. Nothing was recorded.",
  },
};

/** Too many visits. The page tries again by itself. */
export const BUSY: Notice = {
  mood: "warn",
  heading: { zh: "访问的人太多", en: "A moment, please" },
  text: {
    zh: "正在排队，本页会自动重试，请不要关闭。",
    en: "This page tries again by itself. Please keep it open.",
  },
  retryAfterS: RETRY_AFTER_S,
};

/** The database did not answer. The page tries again by itself. */
export const UNAVAILABLE: Notice = {
  mood: "warn",
  heading: { zh: "正在重试", en: "Trying again" },
  text: {
    zh: "服务暂时不可用，还没有记录您的选择。本页会自动重试，请不要关闭。",
    en: "The service is not available for the moment and has not recorded your choice yet. This page tries again by itself; please keep it open.",
  },
  retryAfterS: RETRY_AFTER_S,
};

/** Shown on the callback's address to programs that look at it before a person does. */
export const PREVIEWED: Notice = {
  mood: "calm",
  heading: { zh: "等待本人打开", en: "Waiting for a person" },
  text: {
    zh: "这个页面要由本人打开才会生效，现在没有记录任何内容。",
    en: "This page takes effect when a person opens it. Nothing was recorded.",
  },
};
