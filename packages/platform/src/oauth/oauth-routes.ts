import { addQuery, type BilingualText } from "@yici/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { NOT_ADMITTED } from "../access/notices.ts";
import type { Account } from "../accounts/account.ts";
import { readUserAgent } from "../confirm/in-wechat.ts";
import type { RefusedLink } from "../decisions/decision.ts";
import type { PageParts } from "../http/page-parts.ts";
import { readRawQuery } from "../http/raw-query.ts";
import { renderConfirmErrorPage } from "../pages/confirm-error-page.ts";
import { renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import { findBrowsersPerson } from "../people/browsers-person.ts";
import type { Person } from "../people/person.ts";
import { askWhoYouAre } from "../people/who-are-you-routes.ts";
import { judgeQuota } from "../quotas/judge-quota.ts";
import {
  OAUTH_CHECKS,
  type OAuthCheck,
  PERSON_FOLLOWS_TEST_ACCOUNT,
  VISITS_ARE_WITHIN_QUOTA,
} from "./oauth-checks.ts";
import { OAUTH_AUTHORIZE_PATH } from "./oauth-paths.ts";
import { parseOAuthQuery } from "./oauth-request.ts";

/**
 * `GET /connect/oauth2/authorize`: the checks, then who is there, then, without a question, back with a code.
 * Official page: https://developers.weixin.qq.com/doc/service/guide/h5/auth.html
 */
export function registerOAuthRoutes(app: FastifyInstance, parts: PageParts): void {
  app.get(OAUTH_AUTHORIZE_PATH, async (request, reply) => {
    const opened = openOAuthLink(parts, request);
    if (opened.kind === "refused") return sendPage(reply, renderConfirmErrorPage(opened));
    if (!parts.gate.admits(request.headers)) {
      return sendPage(reply.code(401), renderNoticePage(NOT_ADMITTED));
    }
    const { account } = opened;
    const person = findBrowsersPerson(parts.store, request);
    if (person === undefined) {
      return askWhoYouAre(parts, { request, reply, returnTo: request.url, appid: account.appid });
    }
    if (account.kind === "test" && !person.follows.includes(account.appid)) {
      const refused = refuse(parts, PERSON_FOLLOWS_TEST_ACCOUNT, PERSON_FOLLOWS_TEST_ACCOUNT.hint);
      return sendPage(reply, renderConfirmErrorPage(refused));
    }
    const issued = await issueCode(parts, account, person);
    if (issued.kind === "overdrawn") {
      const refused = refuse(parts, VISITS_ARE_WITHIN_QUOTA, issued.why);
      return sendPage(reply, renderConfirmErrorPage(refused));
    }
    return sendBack(reply, opened, issued.code);
  });
}

/** An OAuth link that passed every check. */
interface OpenedOAuthLink {
  readonly kind: "opened";
  readonly account: Account;
  /** On the account's OAuth domain. */
  readonly redirectUri: string;
  readonly state: string;
}

function openOAuthLink(
  parts: PageParts,
  httpRequest: FastifyRequest,
): OpenedOAuthLink | RefusedLink {
  const request = parseOAuthQuery(readRawQuery(httpRequest));
  const { store, conduct } = parts;
  const account = store.accounts.find(request.appid ?? "");
  const authorization =
    account && store.components.findAuthorization(request.componentAppid ?? "", account.appid);
  const userAgent = readUserAgent(httpRequest);
  for (const check of OAUTH_CHECKS) {
    const hint = check.object({ request, userAgent, account, authorization, conduct });
    if (hint !== undefined) return refuse(parts, check, hint);
  }
  if (account === undefined || request.redirectUri === undefined) {
    throw new TypeError("the checks let through a link that lacks something");
  }
  const { redirectUri, state = "" } = request;
  return { kind: "opened", account, redirectUri, state };
}

function refuse(
  { conduct }: PageParts,
  { name, pageText }: Pick<OAuthCheck, "name" | "pageText">,
  hint: RefusedLink["hint"],
): RefusedLink {
  return {
    kind: "refused",
    check: name,
    pageText: pageText[conduct.readings.pageTexts],
    hint,
  };
}

const CODE_BYTES = 24;

type IssuedCode =
  | { readonly kind: "issued"; readonly code: string }
  | { readonly kind: "overdrawn"; readonly why: BilingualText };

async function issueCode(
  { store, world, conduct }: PageParts,
  account: Account,
  person: Person,
): Promise<IssuedCode> {
  const { appid } = account;
  const openid = person.openids[appid];
  if (openid === undefined) throw new TypeError("everybody has an openid under every account");
  const code = world.randomBytes(CODE_BYTES).toString("base64url");
  const issuedAt = world.now();
  const visit = { endpoint: OAUTH_AUTHORIZE_PATH, at: issuedAt };
  return store.commit(() => {
    const overdrawn = judgeQuota(store, account, visit, conduct.readings);
    if (overdrawn !== undefined) return { kind: "overdrawn", why: overdrawn.why };
    store.usage.charge(appid, visit.endpoint, visit.at);
    store.oauthCodes.add({ code, appid, openid, issuedAt });
    return { kind: "issued", code };
  });
}

function sendBack(
  reply: FastifyReply,
  { redirectUri, state }: OpenedOAuthLink,
  code: string,
): FastifyReply {
  const query = `code=${code}&state=${encodeURIComponent(state.toWellFormed())}`;
  return reply
    .header("cache-control", "no-store")
    .header("referrer-policy", "no-referrer")
    .redirect(addQuery(redirectUri, query), 302);
}
