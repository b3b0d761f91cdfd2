import type { Html } from "@yici/runtime";
import type { FastifyReply } from "fastify";
import { buildPageHeaders, type PagePolicy } from "./page-headers.ts";

/** Answers with a page, under the headers that each page has. */
export function sendPage(reply: FastifyReply, page: Html, policy: PagePolicy = {}): FastifyReply {
  return reply.headers(buildPageHeaders(policy)).send(page.text);
}
