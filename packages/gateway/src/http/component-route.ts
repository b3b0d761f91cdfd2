import { parseAppId } from "@yici/protocol";
import type { FastifyInstance } from "fastify";
import { receiveTicket } from "../wechat/receive-ticket.ts";
import { BAD_REQUEST } from "./pages/notice-table.ts";
import type { PublicContext } from "./public-context.ts";
import { answerNotice, sendAnswer } from "./visits/visit-answer.ts";

interface ComponentParams {
  readonly appid: string;
}

/** A push has some hundred bytes. */
const BODY_MAX = 16 * 1_024;

/**
 * `POST /component/{appid}`: where WeChat pushes a third-party platform its ticket, and tells it of authorizations. What
 * is genuine is answered `success`, whether it concerns us or not.
 */
export function registerComponentRoute(app: FastifyInstance, context: PublicContext): void {
  void app.register(async (scope) => {
    scope.addContentTypeParser(
      ["text/xml", "application/xml"],
      { parseAs: "string", bodyLimit: BODY_MAX },
      (_request, body, done) => done(null, body),
    );
    scope.post<{ Params: ComponentParams; Body: string }>(
      "/component/:appid",
      async ({ params, url, body }, reply) => {
        const appid = parseAppId(params.appid);
        const query = new URL(url, "http://localhost").searchParams;
        const isGenuine =
          appid !== undefined &&
          typeof body === "string" &&
          (await receiveTicket({ appid, query, body }, context));
        return isGenuine
          ? reply.type("text/plain; charset=utf-8").send("success")
          : sendAnswer(reply, answerNotice(400, BAD_REQUEST));
      },
    );
  });
}
