import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../http/problem.ts";
import { renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import type { AccessGate } from "./access-gate.ts";
import { NOT_ADMITTED } from "./notices.ts";
import { isSameOrigin } from "./same-origin.ts";

/** What a stranger is told: on a page, as a problem, or by being sent to where one logs in. */
type StrangersAnswer = "page" | "problem" | { readonly loginPath: string };

/**
 * Makes every route registered on `app` one for those whom the gate admits, and what changes something one for this
 * platform's own pages and for programs: a page of another site is refused.
 */
export function guardRoutes(
  app: FastifyInstance,
  gate: AccessGate,
  answerAs: StrangersAnswer,
): void {
  app.addHook("onRequest", async (request, reply) => {
    if (!gate.admits(request.headers)) return refuseStranger(reply.code(401), answerAs);
    if (isReading(request) || isSameOrigin(request.headers)) return undefined;
    return sendProblem(reply.code(403), {
      code: "forbidden_origin",
      detail: "a page of another site asked for this",
    });
  });
}

/**
 * Without a token the platform answers under its own names only, so that no site can point a name of its own at it and
 * then read what is here.
 */
export function guardHosts(app: FastifyInstance, hosts: ReadonlySet<string>): void {
  app.addHook("onRequest", async (request, reply) => {
    if (hosts.has(request.hostname)) return undefined;
    return sendProblem(reply.code(403), {
      code: "forbidden_host",
      detail:
        "this platform is not reached under that host name; start it with a public URL or an access token",
    });
  });
}

function refuseStranger(reply: FastifyReply, answerAs: StrangersAnswer): FastifyReply {
  if (typeof answerAs === "object") return reply.redirect(answerAs.loginPath, 303);
  if (answerAs === "page") return sendPage(reply, renderNoticePage(NOT_ADMITTED));
  void reply.header("www-authenticate", "Bearer");
  return sendProblem(reply, {
    code: "unauthorized",
    detail: "give the access token as a bearer token, or come in through /phone/enter",
  });
}

function isReading({ method }: FastifyRequest): boolean {
  return method === "GET" || method === "HEAD";
}
