import type { FastifyInstance, FastifyRequest } from "fastify";
import { buildCallbackUrl, buildEntryUrl } from "../accounts/account-addresses.ts";
import { receiveCallback } from "../callbacks/receive-callback.ts";
import { signResult, summariseOutcome, verifyResult } from "../callbacks/result-ticket.ts";
import { describeResult } from "./pages/describe-result.ts";
import { renderNoticePage } from "./pages/notice-page.ts";
import { BUSY, NOT_FOUND, PREVIEWED, RESULT_GONE } from "./pages/notice-table.ts";
import type { PublicContext } from "./public-context.ts";
import { guardVisit } from "./visits/guard-visit.ts";
import { answerNotice, sendAnswer } from "./visits/visit-answer.ts";
import type { VisitAnswer } from "./visits/visit-answer.ts";
import { readVisit } from "./visits/visit.ts";

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
    url: "/callback/:code",
    async handler(request, reply) {
      return sendAnswer(reply, await answerCallback(request, request.params.code, context));
    },
  });
  app.route<{ Params: ResultParams }>({
    method: ["GET", "HEAD"],
    url: "/callback/:code/done/:ticket",
    async handler(request, reply) {
      return sendAnswer(reply, await answerResult(request, request.params, context));
    },
  });
}

async function answerCallback(
  request: FastifyRequest,
  code: string,
  context: PublicContext,
): Promise<VisitAnswer> {
  const { store, keys, world, limiter } = context;
  const account = await store.findAccountByCode(code);
  if (account === undefined) return answerNotice(404, NOT_FOUND);
  const visit = readVisit(request, account);
  const guarded = guardVisit(visit, request.url, account, limiter);
  if (guarded !== undefined) return guarded;
  if (visit.visitor === "previewer") return answerNotice(200, PREVIEWED);
  const now = world.now();
  const { admitsLink } = limiter;
  const outcome = await receiveCallback(
    { account, rawQuery: visit.rawQuery, browser: visit.browser },
    { ledger: store, keys, now, admitsLink },
  );
  if (outcome.kind === "busy") return answerNotice(429, BUSY);
  const ticket = signResult(summariseOutcome(outcome), code, keys, now);
  return {
    kind: "redirect",
    status: 303,
    location: `${buildCallbackUrl(account)}/done/${ticket}`,
  };
}

async function answerResult(
  request: FastifyRequest,
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
