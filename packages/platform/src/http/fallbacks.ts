import type { Log } from "@yici/runtime";
import type { FastifyError, FastifyInstance } from "fastify";
import { type Notice, renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";

const NOT_FOUND: Notice = {
  zh: "没有这个页面",
  en: "There is no such page.",
};

const FAILED: Notice = {
  zh: "没能完成，请返回后再试一次",
  en: "This did not work: go back and try again.",
};

/** What answers where no route does, or where one fails. Neither repeats what was asked: it may hold a secret. */
export function registerFallbacks(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((_request, reply) =>
    sendPage(reply.code(404), renderNoticePage(NOT_FOUND)),
  );
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ error, route: request.routeOptions.url }, "a page failed");
    return sendPage(reply.code(status), renderNoticePage(FAILED));
  });
}
