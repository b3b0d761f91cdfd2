import type { FastifyInstance } from "fastify";
import { buildCookie, type CookieOptions } from "../http/cookies.ts";
import { renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import { ACCESS_COOKIE, type AccessGate } from "./access-gate.ts";
import { WRONG_TOKEN } from "./notices.ts";

/**
 * `GET /phone/enter?token=…&open=…`: where a browser gives the access token, once, and goes on to `open`, an absolute web
 * address, or to the phone.
 */
export function registerEnterRoute(
  app: FastifyInstance,
  gate: AccessGate,
  options: CookieOptions,
): void {
  app.get<{ Querystring: { token?: unknown; open?: unknown } }>(
    "/phone/enter",
    (request, reply) => {
      const { token, open } = request.query;
      if (!gate.isOpenToAll) {
        if (typeof token !== "string" || !gate.isToken(token)) {
          return sendPage(reply.code(401), renderNoticePage(WRONG_TOKEN));
        }
        void reply.header("set-cookie", buildCookie(ACCESS_COOKIE, gate.cookieValue, options));
      }
      return reply
        .header("cache-control", "no-store")
        .header("referrer-policy", "no-referrer") // the token stands in this address
        .redirect(readTarget(open, gate), 303);
    },
  );
}

/** Only whoever has the token is sent on to any web address. */
function readTarget(open: unknown, gate: AccessGate): string {
  const url = gate.isOpenToAll || typeof open !== "string" ? null : URL.parse(open);
  return url?.protocol === "https:" || url?.protocol === "http:" ? url.href : "/phone";
}
