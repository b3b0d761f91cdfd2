/** Where WeChat says who is visiting: https://open.weixin.qq.com/connect/oauth2/authorize */
export const OAUTH_AUTHORIZE_PATH = "/connect/oauth2/authorize";

/** Where a code becomes an openid: https://api.weixin.qq.com/sns/oauth2/access_token */
export const OAUTH_TOKEN_PATH = "/sns/oauth2/access_token";

/** The one scope of this platform: who it is, silently, and nothing more. */
export const OAUTH_SCOPE = "snsapi_base";
