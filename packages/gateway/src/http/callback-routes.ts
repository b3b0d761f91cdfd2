import type { FastifyInstance } from "fastify";
import { buildEntryUrl } from "../accounts/account-addresses.ts";
import { verifyResult } from "../callbacks/result-ticket.ts";
import { answerCallback } from "./answer-callback.ts";
import { describeResult } from "./pages/describe-result.ts";
import { renderNoticePage } from "./pages/notice-page.ts";
import { NOT_FOUND, RESULT_GONE } from "./pages/notice-table.ts";
import type { PublicContext } from "./public-context.ts";
import { guardVisit } from "./visits/guard-visit.ts";
import { answerNotice, sendAnswer } from "./visits/visit-answer.ts";
import type { VisitAnswer } from "./visits/visit-answer.ts";
import { readRouted } from "./visits/visit-request.ts";
import type { VisitRequest } from "./visits/visit-request.ts";
import { readVisit } from "./visits/visit.ts";

/** Where WeChat sends people back to. */
export const CALLBACK_ROUTE = "/callback/:code";

interface CallbackParams {
  readonly code: string;
}

interface ResultParams extends CallbackParams {
  readonly ticket: string;
}

/** `GET /callback/{account}`, where WeChat sends people back to, and the page that says what became of it. */
export function registerCallbackRoutes(app: FastifyInstance, context: PublicContext): void {
  app.route<{ Params: CallbackParams }>({
    method: ["GET", "HEAD"],
    url: CALLBACK_ROUTE,
    async handler(request, reply) {
      const { code } = request.params;
      return sendAnswer(reply, await answerCallback(readRouted(request), code, context));
    },
  });
  app.route<{ Params: ResultParams }>({
    method: ["GET", "HEAD"],
    url: `${CALLBACK_ROUTE}/done/:ticket`,
    async handler(request, reply) {
      return sendAnswer(reply, await answerResult(readRouted(request), request.params, context));
    },
  });
}

async function answerResult(
  request: VisitRequest,
  { code, ticket }: ResultParams,
  { store, keys, world, limiter }: PublicContext,
): Promise<VisitAnswer> {
  const account = await store.findAccountByCode(code);
  if (account === undefined) return answerNotice(404, NOT_FOUND);
  const guarded = guardVisit(readVisit(request, account), request.url, account, limiter);
  if (guarded !== undefined) return guarded;
  const result = verifyResult(ticket, code, keys, world.now());
  if (result === undefined) return answerNotice(410, RESULT_GONE);
  const link = await store.findLink(account.appid, result.linkId);
  const { status, notice } = describeResult({
    result,
    accountName: account.name,
    linkTitle: link?.title,
    entryUrl: link === undefined ? undefined : buildEntryUrl(account, link.linkId),
  });
  return { kind: "page", status, page: renderNoticePage(notice) };
}
