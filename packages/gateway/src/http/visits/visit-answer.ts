import type { Html } from "@yici/runtime";
import type { FastifyReply } from "fastify";
import { renderNoticePage } from "../pages/notice-page.ts";
import type { Notice } from "../pages/notice-page.ts";
import { PAGE_HEADERS } from "../pages/page.ts";

/** What a visitor gets: a page, or another address. */
export type VisitAnswer =
  | {
      readonly kind: "page";
      readonly status: number;
      readonly page: Html;
      readonly retryAfterS?: number | undefined;
    }
  | {
      readonly kind: "redirect";
      readonly status: 302 | 303 | 308;
      readonly location: string;
      readonly setCookie?: string | undefined;
    };

/** A notice as an answer. */
export function answerNotice(status: number, notice: Notice): VisitAnswer {
  const { retryAfterS } = notice;
  return { kind: "page", status, page: renderNoticePage(notice), retryAfterS };
}

/** Sends an answer with the headers that every answer of the public side has. */
export function sendAnswer(reply: FastifyReply, answer: VisitAnswer): FastifyReply {
  void reply.code(answer.status).headers(PAGE_HEADERS);
  if (answer.kind === "redirect") {
    if (answer.setCookie !== undefined) void reply.header("set-cookie", answer.setCookie);
    return reply.header("location", answer.location).send();
  }
  if (answer.retryAfterS !== undefined) void reply.header("retry-after", answer.retryAfterS);
  return reply.type("text/html; charset=utf-8").send(answer.page.text);
}
