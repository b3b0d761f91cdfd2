/** Official page of both: https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/openApi/clear_quota.html */
export const CLEAR_QUOTA_PATH = "/cgi-bin/clear_quota";
export const CLEAR_QUOTA_V2_PATH = "/cgi-bin/clear_quota/v2";

/** Official page of both: https://developers.weixin.qq.com/doc/offiaccount/openApi/get_api_quota.html */
export const GET_QUOTA_PATH = "/cgi-bin/openapi/quota/get";
export const CLEAR_ONE_QUOTA_PATH = "/cgi-bin/openapi/quota/clear";

/** The calls that clear a quota: they have a month's budget themselves, which clearing does not give back. */
export const CLEARING_PATHS: readonly string[] = [
  CLEAR_QUOTA_PATH,
  CLEAR_QUOTA_V2_PATH,
  CLEAR_ONE_QUOTA_PATH,
];
