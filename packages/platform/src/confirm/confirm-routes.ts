import { AUTHORIZE_PATH, parseAuthorizeQuery } from "@yici/protocol";
import type { FastifyInstance, FastifyReply } from "fastify";
import { NOT_ADMITTED } from "../access/notices.ts";
import { DECISION_PATH } from "../decisions/decision-path.ts";
import type { RefusedLink } from "../decisions/decision.ts";
import type { PageParts } from "../http/page-parts.ts";
import { readRawQuery } from "../http/raw-query.ts";
import { renderConfirmErrorPage } from "../pages/confirm-error-page.ts";
import { renderConfirmPage } from "../pages/confirm-page.ts";
import { renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import { findBrowsersPerson } from "../people/browsers-person.ts";
import { askWhoYouAre } from "../people/who-are-you-routes.ts";
import { readUserAgent } from "./in-wechat.ts";
import { explainLostFragment } from "./lost-fragment.ts";
import { openLink } from "./open-link.ts";

/** `GET /mp/subscribemsg`: the checks, then who is there, then the question. */
export function registerConfirmRoutes(app: FastifyInstance, parts: PageParts): void {
  app.get(AUTHORIZE_PATH, (request, reply) => {
    const rawQuery = readRawQuery(request);
    const opened = openLink(parts, {
      link: parseAuthorizeQuery(rawQuery),
      userAgent: readUserAgent(request),
    });
    if (opened.kind === "refused") return sendRefusedLink(reply, opened);
    if (!parts.gate.admits(request.headers)) {
      return sendPage(reply.code(401), renderNoticePage(NOT_ADMITTED));
    }
    const fragmentLost = explainLostFragment(parts.conduct);
    const person = findBrowsersPerson(parts.store, request);
    if (person === undefined) {
      return askWhoYouAre(parts, {
        request,
        reply,
        returnTo: request.url,
        appid: opened.account.appid,
        fragmentLost,
      });
    }
    const page = renderConfirmPage({
      account: opened.account,
      person,
      scene: opened.scene,
      templateId: opened.account.templateId,
      query: rawQuery,
      formToken: parts.forms.issue(person.id, request, reply),
      actionPath: DECISION_PATH,
      fragmentLost,
    });
    return sendPage(reply, page, { doFormsLeave: true });
  });
}

/** WeChat's error page; like WeChat's other answers it comes with status 200. */
export function sendRefusedLink(reply: FastifyReply, refused: RefusedLink): FastifyReply {
  return sendPage(reply, renderConfirmErrorPage(refused));
}
