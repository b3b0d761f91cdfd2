import type { Notice } from "../pages/notice-page.ts";

export const NOT_ADMITTED: Notice = {
  zh: "请先用启动时打印的入口地址或二维码进入",
  en: "Come in by the entry address, or its QR code, that was printed at the start.",
};

export const WRONG_TOKEN: Notice = {
  zh: "入口地址不对：它在每次启动时都会重新打印",
  en: "This is not the entry address; it is printed at every start.",
};

export const FORM_STALE: Notice = {
  zh: "页面已失效，请返回后重新打开链接",
  en: "This form is stale: go back and open the link again.",
};
