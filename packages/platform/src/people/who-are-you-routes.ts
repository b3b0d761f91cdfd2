import { type AppId, AUTHORIZE_PATH } from "@yici/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FORM_STALE, NOT_ADMITTED } from "../access/notices.ts";
import type { RefusedLink } from "../decisions/decision.ts";
import { readForm } from "../http/form.ts";
import type { PageParts } from "../http/page-parts.ts";
import { OAUTH_AUTHORIZE_PATH } from "../oauth/oauth-paths.ts";
import { renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import { renderWhoAreYouPage } from "../pages/who-are-you-page.ts";
import { buildPersonCookie } from "../phone/person-cookie.ts";

const WHO_PATH = "/mp/who";

interface Question {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The path, with its query, that the browser wanted. */
  readonly returnTo: string;
  /** The account that asks. */
  readonly appid: AppId;
  /** What the browser shows where its address lost its fragment; absent where nobody asks for one. */
  readonly fragmentLost?: RefusedLink;
}

/** Asks a browser that is nobody yet who it is. */
export function askWhoYouAre(parts: PageParts, question: Question): FastifyReply {
  const { request, reply, returnTo, appid, fragmentLost } = question;
  const people = parts.store.people.list().map(({ id, name, follows }) => ({
    id,
    name,
    follows: follows.includes(appid),
  }));
  const formToken = parts.forms.issue(WHO_PATH, request, reply);
  return sendPage(
    reply,
    renderWhoAreYouPage({
      people,
      returnTo,
      actionPath: WHO_PATH,
      formToken,
      ...(fragmentLost && { fragmentLost }),
    }),
  );
}

/** `POST /mp/who`: the browser is this person's from now on, and goes back to the link it wanted to open. */
export function registerWhoAreYouRoutes(app: FastifyInstance, parts: PageParts): void {
  app.post(WHO_PATH, (request, reply) => {
    if (!parts.gate.admits(request.headers)) {
      return sendPage(reply.code(401), renderNoticePage(NOT_ADMITTED));
    }
    const form = readForm(request.body);
    const person = parts.store.people.find(form.get("person") ?? "");
    const returnTo = form.get("return_to") ?? "";
    const isOurs = parts.forms.recognizes(WHO_PATH, request, form.get("form_token"));
    if (!isOurs || person === undefined || !isLink(returnTo)) {
      return sendPage(reply.code(403), renderNoticePage(FORM_STALE));
    }
    // A browser keeps a fragment through a redirect, but not through a form.
    return reply
      .header("set-cookie", buildPersonCookie(person.id, parts.isSecure))
      .header("cache-control", "no-store")
      .redirect(`${returnTo}#wechat_redirect`, 303);
  });
}

/** Only a link of this platform is gone back to. */
function isLink(path: string): boolean {
  const isOurs = [AUTHORIZE_PATH, OAUTH_AUTHORIZE_PATH].some((own) => path.startsWith(`${own}?`));
  return isOurs && /^[\x21-\x7e]+$/.test(path);
}
