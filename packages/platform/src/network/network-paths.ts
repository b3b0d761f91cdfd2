/** Official page: https://developers.weixin.qq.com/doc/service/Basic_Information/Network_Detection.html */
export const API_DOMAIN_IP_PATH = "/cgi-bin/get_api_domain_ip";

/** Official page: as {@link API_DOMAIN_IP_PATH}. */
export const CALLBACK_IP_PATH = "/cgi-bin/getcallbackip";

/** Official page: as {@link API_DOMAIN_IP_PATH}. */
export const CALLBACK_CHECK_PATH = "/cgi-bin/callback/check";
