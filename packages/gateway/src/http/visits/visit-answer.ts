import { buildReplyHead } from "@yici/runtime";
import type { DoorReply, Html } from "@yici/runtime";
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
  return reply.code(answer.status).headers(listHeaders(answer)).send(readBody(answer));
}

/** The same at the door of the server. */
export function writeAnswer(answer: VisitAnswer): DoorReply {
  return {
    head: buildReplyHead(answer.status, listHeaders(answer)),
    body: readBody(answer) ?? "",
  };
}

function listHeaders(answer: VisitAnswer): Readonly<Record<string, string>> {
  if (answer.kind === "redirect") {
    const { setCookie, location } = answer;
    return setCookie === undefined
      ? { ...PAGE_HEADERS, location }
      : { ...PAGE_HEADERS, "set-cookie": setCookie, location };
  }
  const type = { "content-type": "text/html; charset=utf-8" };
  return answer.retryAfterS === undefined
    ? { ...PAGE_HEADERS, ...type }
    : { ...PAGE_HEADERS, "retry-after": String(answer.retryAfterS), ...type };
}

function readBody(answer: VisitAnswer): string | undefined {
  return answer.kind === "page" ? answer.page.text : undefined;
}
