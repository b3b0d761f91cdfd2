import { readText } from "@yici/protocol";
import type { Refusal } from "../wire/refusal.ts";
import type { WireRoute } from "../wire/wire-call.ts";
import {
  type ComponentCall,
  type ComponentDeed,
  defineComponentEndpoint,
  isRefusal,
  readCredential,
} from "./component-call.ts";
import type { Authorization } from "./component.ts";

/** `expires_in` of an access token, documented. */
const TOKEN_LIFE_S = 7_200;

/** `expires_in` of a pre_auth_code, documented. */
const PRE_AUTH_CODE_LIFE_S = 1_800;

/** A ticket becomes the component's own token. */
const giveComponentToken: ComponentDeed = (call) => {
  const { store, fields, component, world } = call;
  const secret = readText(fields["component_appsecret"]);
  if (secret !== component.secret) return secret === undefined ? SECRET_MISSING : SECRET_WRONG;
  const ticket = readCredential(call, "ticket", {
    field: "component_verify_ticket",
    unknown: TICKET_UNKNOWN,
    used: 61006,
    expired: 61005,
  });
  if (isRefusal(ticket)) return ticket;
  const subject = { component: component.appid };
  const token = store.componentCredentials.issue("access_token", subject, world);
  return { component_access_token: token.value, expires_in: TOKEN_LIFE_S };
};

/** The code of one authorize page. */
const givePreAuthCode: ComponentDeed = ({ store, component, world }) => {
  const subject = { component: component.appid };
  const code = store.componentCredentials.issue("pre_auth_code", subject, world);
  return { pre_auth_code: code.value, expires_in: PRE_AUTH_CODE_LIFE_S };
};

/** What an administrator agreed to, once; with it a token and the means to renew it. */
const queryAuth: ComponentDeed = (call) => {
  const code = readCredential(call, "authorization_code", {
    field: "authorization_code",
    unknown: CODE_UNKNOWN,
    used: 40163,
    expired: 42003,
  });
  if (isRefusal(code)) return code;
  const authorization = findAuthorization(call, code.appid);
  if (isRefusal(authorization)) return authorization;
  call.store.componentCredentials.end(code, call.call.at);
  return {
    authorization_info: {
      authorizer_appid: authorization.appid,
      ...giveAuthorizerToken(call, authorization),
      func_info: authorization.permissionSets.map((id) => ({ funcscope_category: { id } })),
    },
  };
};

/** Another token for what an account has entrusted. */
const renewAuthorizerToken: ComponentDeed = (call) => {
  const authorization = findAuthorization(call, readText(call.fields["authorizer_appid"]));
  if (isRefusal(authorization)) return authorization;
  const given = readText(call.fields["authorizer_refresh_token"]);
  return given === authorization.refreshToken
    ? giveAuthorizerToken(call, authorization)
    : REFRESH_TOKEN_WRONG;
};

/** The component API, by path. Official pages: https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/ */
export const COMPONENT_ENDPOINTS: readonly WireRoute[] = [
  [
    "/cgi-bin/component/api_component_token",
    defineComponentEndpoint(giveComponentToken, { needsToken: false }),
  ],
  [
    "/cgi-bin/component/api_create_preauthcode",
    defineComponentEndpoint(givePreAuthCode, { needsToken: true }),
  ],
  ["/cgi-bin/component/api_query_auth", defineComponentEndpoint(queryAuth, { needsToken: true })],
  [
    "/cgi-bin/component/api_authorizer_token",
    defineComponentEndpoint(renewAuthorizerToken, { needsToken: true }),
  ],
];

function findAuthorization(
  { store, component }: ComponentCall,
  appid: string | undefined,
): Authorization | Refusal {
  const found = store.components.findAuthorization(component.appid, appid ?? "");
  return found === undefined || found.revokedAt !== undefined ? NOT_AUTHORIZED : found;
}

function giveAuthorizerToken(
  { store, world }: ComponentCall,
  { component, appid, refreshToken }: Authorization,
): object {
  const token = store.componentCredentials.issue("authorizer_token", { component, appid }, world);
  return {
    authorizer_access_token: token.value,
    expires_in: TOKEN_LIFE_S,
    authorizer_refresh_token: refreshToken,
  };
}

const SECRET_MISSING: Refusal = {
  errcode: 41004,
  why: { zh: "请求体里没有 component_appsecret。", en: "The body has no component_appsecret." },
};

const SECRET_WRONG: Refusal = {
  errcode: 40125,
  why: { zh: "component_appsecret 不对。", en: "This is not the component's secret." },
};

const TICKET_UNKNOWN: Refusal = {
  errcode: 61006,
  why: {
    zh: "component_verify_ticket 不是本平台推送给这个第三方平台的。",
    en: "This platform never pushed this ticket to this component.",
  },
};

const CODE_UNKNOWN: Refusal = {
  errcode: 40029,
  why: {
    zh: "authorization_code 不是本平台给这个第三方平台的。",
    en: "This platform never gave this authorization_code to this component.",
  },
};

const NOT_AUTHORIZED: Refusal = {
  errcode: 61003,
  why: {
    zh: "这个账号没有授权给这个第三方平台，或者已经取消授权。",
    en: "The account has not authorized this component, or no longer does.",
  },
};

const REFRESH_TOKEN_WRONG: Refusal = {
  errcode: 61023,
  why: {
    zh: "authorizer_refresh_token 不是这次授权的；取消后再授权会换一个。",
    en: "This is not the refresh token of the authorization; one that was taken back and given again has another.",
  },
};
