import type { FastifyInstance } from "fastify";
import { ACCESS_COOKIE, type AccessGate } from "../access/access-gate.ts";
import { isSameOrigin } from "../access/same-origin.ts";
import { buildCookie, type CookieOptions } from "../http/cookies.ts";
import { readForm } from "../http/form.ts";
import { sendPage } from "../pages/send-page.ts";
import { renderLoginPage } from "./login-page.ts";

/** Where a stranger logs in to the console. */
export const LOGIN_PATH = "/mp/login";

/** `GET` and `POST /mp/login`: where a browser gives the access token and is let in; without a token everybody is. */
export function registerLoginRoutes(
  app: FastifyInstance,
  gate: AccessGate,
  options: CookieOptions,
): void {
  app.get(LOGIN_PATH, (request, reply) =>
    gate.admits(request.headers)
      ? reply.redirect("/mp", 303)
      : sendPage(reply, renderLoginPage(false)),
  );

  app.post(LOGIN_PATH, (request, reply) => {
    const token = readForm(request.body).get("token") ?? "";
    if (!isSameOrigin(request.headers) || !gate.isToken(token)) {
      return sendPage(reply.code(401), renderLoginPage(true));
    }
    return reply
      .header("set-cookie", buildCookie(ACCESS_COOKIE, gate.cookieValue, options))
      .redirect("/mp", 303);
  });
}
