import { type CallbackAction, parseAuthorizeQuery } from "@yici/protocol";
import type { FastifyInstance } from "fastify";
import { FORM_STALE, NOT_ADMITTED } from "../access/notices.ts";
import { sendRefusedLink } from "../confirm/confirm-routes.ts";
import { readUserAgent } from "../confirm/in-wechat.ts";
import { readForm } from "../http/form.ts";
import type { PageParts } from "../http/page-parts.ts";
import { findAppScreen } from "../mobile-app/app-link.ts";
import { renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import { findBrowsersPerson } from "../people/browsers-person.ts";
import { announceDecision } from "./announce-decision.ts";
import { decide } from "./decide.ts";
import { DECISION_PATH } from "./decision-path.ts";

/** `POST /mp/decision`: carries out what the person chose on the confirm page and sends the browser back. */
export function registerDecisionRoutes(app: FastifyInstance, parts: PageParts): void {
  const { store, conduct, world, gate, forms, changes, pusher } = parts;
  app.post(DECISION_PATH, async (request, reply) => {
    if (!gate.admits(request.headers)) {
      return sendPage(reply.code(401), renderNoticePage(NOT_ADMITTED));
    }
    const form = readForm(request.body);
    const person = findBrowsersPerson(store, request);
    const action = readAction(form);
    // The token names the person the page asked: another tab may have made the browser somebody else's.
    const isOurs = forms.recognizes(person?.id ?? "", request, form.get("form_token"));
    if (!isOurs || person === undefined || action === undefined) {
      return sendPage(reply.code(403), renderNoticePage(FORM_STALE));
    }
    const link = parseAuthorizeQuery(form.get("query") ?? "");
    const answer = { link, userAgent: readUserAgent(request), person, action };
    const decision = await store.commit(() => decide({ store, conduct }, answer, world.now()));
    if (decision.kind === "refused") return sendRefusedLink(reply, decision);
    changes.announceAtDesk();
    announceDecision(pusher, answer, world.now());
    const location = findAppScreen(person.id, decision.location) ?? decision.location;
    return reply
      .header("cache-control", "no-store")
      .header("referrer-policy", "no-referrer")
      .redirect(location, 302);
  });
}

function readAction(form: URLSearchParams): CallbackAction | undefined {
  const action = form.get("action");
  return action === "confirm" || action === "cancel" ? action : undefined;
}
