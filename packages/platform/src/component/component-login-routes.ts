import { addQuery } from "@yici/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FORM_STALE, NOT_ADMITTED } from "../access/notices.ts";
import type { Account } from "../accounts/account.ts";
import { isInWechat, readUserAgent } from "../confirm/in-wechat.ts";
import { OUTSIDE_WECHAT } from "../confirm/page-texts.ts";
import { readForm } from "../http/form.ts";
import type { PageParts } from "../http/page-parts.ts";
import { readRawQuery } from "../http/raw-query.ts";
import { type AccountChoice, renderComponentLoginPage } from "../pages/component-login-page.ts";
import { type Notice, renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import type { ComponentCredential } from "./component-credentials.ts";
import { BIND_COMPONENT_PATHS, COMPONENT_LOGIN_PATH } from "./component-login-paths.ts";
import type { Component } from "./component.ts";
import type { Consents } from "./consents.ts";
import { listOfferedAccounts } from "./offered-accounts.ts";

const CONSENT_PATH = "/mp/component_consent";

interface LoginParts extends PageParts {
  readonly consents: Consents;
}

/** An authorize page that may be shown. */
interface OpenedPage {
  readonly component: Component;
  readonly preAuthCode: ComponentCredential;
  readonly redirectUri: string;
  /** For which one may agree; never empty. */
  readonly accounts: readonly Account[];
  /** What narrowed them down, as it came. */
  readonly choice: AccountChoice;
}

/** The page where an account's administrator agrees that a third-party platform acts for it (facts 7), and its answer. */
export function registerComponentLoginRoutes(app: FastifyInstance, parts: LoginParts): void {
  app.get(COMPONENT_LOGIN_PATH, (request, reply) => ask(parts, request, reply));
  for (const path of BIND_COMPONENT_PATHS) {
    app.get(path, (request, reply) => {
      const notice = judgePhoneLink(parts, request);
      return notice === undefined
        ? ask(parts, request, reply)
        : sendPage(reply, renderNoticePage(notice));
    });
  }
  app.post(CONSENT_PATH, (request, reply) => consent(parts, request, reply));
}

function ask(parts: LoginParts, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const opened = openPage(parts, new URLSearchParams(readRawQuery(request)));
  if ("zh" in opened) return sendPage(reply, renderNoticePage(opened));
  if (!parts.gate.admits(request.headers)) return refuseStranger(reply);
  const page = renderComponentLoginPage({
    ...opened,
    preAuthCode: opened.preAuthCode.value,
    formToken: parts.forms.issue(CONSENT_PATH, request, reply),
    actionPath: CONSENT_PATH,
  });
  return sendPage(reply, page, { doFormsLeave: true });
}

/** What a phone's link has besides a desk's. */
function judgePhoneLink({ conduct }: LoginParts, request: FastifyRequest): Notice | undefined {
  const query = new URLSearchParams(readRawQuery(request));
  if (query.get("action") !== "bindcomponent") return ACTION_WRONG;
  return conduct.isStrict && !isInWechat(readUserAgent(request)) ? OUTSIDE_WECHAT : undefined;
}

async function consent(
  parts: LoginParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!parts.gate.admits(request.headers)) return refuseStranger(reply);
  const form = readForm(request.body);
  const opened = openPage(parts, form);
  const appid = form.get("appid") ?? "";
  const isOurs = parts.forms.recognizes(CONSENT_PATH, request, form.get("form_token"));
  if (!isOurs || "zh" in opened || !opened.accounts.some((offered) => offered.appid === appid)) {
    return sendPage(reply.code(403), renderNoticePage(FORM_STALE));
  }
  const code = await parts.consents.give(opened.component.appid, {
    appid,
    preAuthCode: opened.preAuthCode.value,
    permissionSets: form.getAll("permission_set").map(Number).filter(Number.isInteger),
  });
  const expiresInS = Math.floor((code.expiresAt - code.issuedAt) / 1_000);
  const query = `auth_code=${encodeURIComponent(code.value)}&expires_in=${expiresInS}`;
  return reply
    .header("cache-control", "no-store")
    .header("referrer-policy", "no-referrer")
    .redirect(addQuery(opened.redirectUri, query), 302);
}

function refuseStranger(reply: FastifyReply): FastifyReply {
  return sendPage(reply.code(401), renderNoticePage(NOT_ADMITTED));
}

/** Without a code of the component itself nobody is asked, and nobody is sent anywhere. */
function openPage(parts: LoginParts, query: URLSearchParams): OpenedPage | Notice {
  const [appid, code, redirectUri] = ["component_appid", "pre_auth_code", "redirect_uri"].map(
    (name) => query.get(name) ?? "",
  );
  const component = parts.store.components.find(appid ?? "");
  if (component === undefined) return COMPONENT_UNKNOWN;
  const preAuthCode = findPreAuthCode(parts, component.appid, code ?? "");
  if (preAuthCode === undefined) return CODE_UNKNOWN;
  if (redirectUri === undefined || !isWebAddress(redirectUri)) return REDIRECT_URI_WRONG;
  const accounts = listOfferedAccounts(parts.store.accounts.list(), query);
  if (accounts.length === 0) return NO_ACCOUNT;
  const choice = { authType: query.get("auth_type") ?? "", bizAppid: query.get("biz_appid") ?? "" };
  return { component, preAuthCode, redirectUri, accounts, choice };
}

/** One that can still be agreed to. */
function findPreAuthCode(
  { store, world }: LoginParts,
  component: string,
  value: string,
): ComponentCredential | undefined {
  const code = store.componentCredentials.find("pre_auth_code", component, value);
  const isOpen = code?.endedAt === undefined && world.now() < (code?.expiresAt ?? 0);
  return isOpen ? code : undefined;
}

function isWebAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}

const COMPONENT_UNKNOWN: Notice = {
  zh: "本平台没有这个 component_appid 的第三方平台",
  en: "This platform has no component with this component_appid.",
};

const CODE_UNKNOWN: Notice = {
  zh: "pre_auth_code 不是给这个第三方平台的、已经用过，或已过 30 分钟",
  en: "The pre_auth_code is not this component's, was used, or is older than 30 minutes.",
};

const ACTION_WRONG: Notice = {
  zh: "手机上的授权链接要有 action=bindcomponent",
  en: "A phone's link has action=bindcomponent.",
};

const NO_ACCOUNT: Notice = {
  zh: "没有可以选择的账号：本平台只有公众号，auth_type 须是 1、3 或 6，biz_appid 须是其中一个",
  en: "There is no account to choose. This platform has Official Accounts alone: auth_type is 1, 3 or 6, and biz_appid one of them.",
};

const REDIRECT_URI_WRONG: Notice = {
  zh: "redirect_uri 必须是完整的 http(s) 地址，只编码一次",
  en: "The redirect_uri must be a whole http(s) address, encoded once.",
};
