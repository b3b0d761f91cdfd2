import { addQuery } from "@yici/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FORM_STALE, NOT_ADMITTED } from "../access/notices.ts";
import { readForm } from "../http/form.ts";
import type { PageParts } from "../http/page-parts.ts";
import { readRawQuery } from "../http/raw-query.ts";
import { renderComponentLoginPage } from "../pages/component-login-page.ts";
import { type Notice, renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import type { ComponentCredential } from "./component-credentials.ts";
import { COMPONENT_LOGIN_PATH } from "./component-login-path.ts";
import type { Component } from "./component.ts";
import type { Consents } from "./consents.ts";

const CONSENT_PATH = "/mp/component_consent";

interface LoginParts extends PageParts {
  readonly consents: Consents;
}

/** An authorize page that may be shown. */
interface OpenedPage {
  readonly component: Component;
  readonly preAuthCode: ComponentCredential;
  readonly redirectUri: string;
}

/** The page where an account's administrator agrees that a third-party platform acts for it (facts 7), and its answer. */
export function registerComponentLoginRoutes(app: FastifyInstance, parts: LoginParts): void {
  app.get(COMPONENT_LOGIN_PATH, (request, reply) => {
    const opened = openPage(parts, new URLSearchParams(readRawQuery(request)));
    if ("zh" in opened) return sendPage(reply, renderNoticePage(opened));
    if (!parts.gate.admits(request.headers)) return refuseStranger(reply);
    const page = renderComponentLoginPage({
      component: opened.component,
      preAuthCode: opened.preAuthCode.value,
      redirectUri: opened.redirectUri,
      accounts: parts.store.accounts.list(),
      formToken: parts.forms.issue(CONSENT_PATH, request, reply),
      actionPath: CONSENT_PATH,
    });
    return sendPage(reply, page, { doFormsLeave: true });
  });
  app.post(CONSENT_PATH, (request, reply) => consent(parts, request, reply));
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
  if (!isOurs || "zh" in opened || parts.store.accounts.find(appid) === undefined) {
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
  return redirectUri !== undefined && isWebAddress(redirectUri)
    ? { component, preAuthCode, redirectUri }
    : REDIRECT_URI_WRONG;
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

const REDIRECT_URI_WRONG: Notice = {
  zh: "redirect_uri 必须是完整的 http(s) 地址，只编码一次",
  en: "The redirect_uri must be a whole http(s) address, encoded once.",
};
