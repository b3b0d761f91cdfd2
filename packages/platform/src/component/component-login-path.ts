/** The authorize page: the one page that WeChat serves under `/cgi-bin`. */
export const COMPONENT_LOGIN_PATH = "/cgi-bin/componentloginpage";
