import { SEND_PATH, STABLE_TOKEN_PATH, TOKEN_PATH } from "@yici/protocol";
import { COMPONENT_ENDPOINTS } from "../component/component-endpoints.ts";
import { RID_ENDPOINT, RID_PATH } from "../journal/rid-endpoint.ts";
import { CALLBACK_CHECK_ENDPOINT } from "../network/callback-check-endpoint.ts";
import { API_DOMAIN_IP_ENDPOINT, CALLBACK_IP_ENDPOINT } from "../network/ip-list-endpoints.ts";
import {
  API_DOMAIN_IP_PATH,
  CALLBACK_CHECK_PATH,
  CALLBACK_IP_PATH,
} from "../network/network-paths.ts";
import { OAUTH_TOKEN_PATH } from "../oauth/oauth-paths.ts";
import { USER_TOKEN_ENDPOINT } from "../oauth/user-token-endpoint.ts";
import { defineQuotaEndpoints } from "../quotas/quota-endpoints.ts";
import { SEND_ENDPOINT } from "../send/send-endpoint.ts";
import { STABLE_TOKEN_ENDPOINT } from "../tokens/stable-token-endpoint.ts";
import { TOKEN_ENDPOINT } from "../tokens/token-endpoint.ts";
import { findTokensAppid } from "./account-endpoint.ts";
import { refuse } from "./refuse.ts";
import type { WireEndpoint, WireRoute } from "./wire-call.ts";

/** What an account calls with its token, or gets it by: each has a quota of the day. */
const ACCOUNT_ENDPOINTS: readonly WireRoute[] = [
  [SEND_PATH, SEND_ENDPOINT],
  [TOKEN_PATH, TOKEN_ENDPOINT],
  [STABLE_TOKEN_PATH, STABLE_TOKEN_ENDPOINT],
  [RID_PATH, RID_ENDPOINT],
  [API_DOMAIN_IP_PATH, API_DOMAIN_IP_ENDPOINT],
  [CALLBACK_IP_PATH, CALLBACK_IP_ENDPOINT],
  [CALLBACK_CHECK_PATH, CALLBACK_CHECK_ENDPOINT],
];

/** What is served under `/cgi-bin` and `/sns`. */
const ENDPOINTS: ReadonlyMap<string, WireEndpoint> = new Map([
  ...ACCOUNT_ENDPOINTS,
  ...defineQuotaEndpoints(ACCOUNT_ENDPOINTS),
  [OAUTH_TOKEN_PATH, USER_TOKEN_ENDPOINT],
  ...COMPONENT_ENDPOINTS,
]);

/** The endpoint of a path; a path that is none has one that says so. */
export function findEndpoint(path: string): WireEndpoint {
  return ENDPOINTS.get(path) ?? NO_ENDPOINT;
}

const NO_ENDPOINT: WireEndpoint = {
  findAppid: findTokensAppid,
  process: (_store, call) =>
    refuse(call, {
      errcode: 40066,
      why: {
        zh: `本平台没有这个接口；有的是：${[...ENDPOINTS.keys()].join("、")}。`,
        en: `This platform has no such call; it has ${[...ENDPOINTS.keys()].join(", ")}.`,
      },
    }),
};
