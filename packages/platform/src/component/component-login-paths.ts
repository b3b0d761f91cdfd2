/** The authorize page on a desk: the one page that WeChat serves under `/cgi-bin`. */
export const COMPONENT_LOGIN_PATH = "/cgi-bin/componentloginpage";

/** The same on a phone, at mp.weixin.qq.com and, newer, at open.weixin.qq.com. */
export const BIND_COMPONENT_PATHS: readonly string[] = [
  "/safe/bindcomponent",
  "/wxaopen/safe/bindcomponent",
];
