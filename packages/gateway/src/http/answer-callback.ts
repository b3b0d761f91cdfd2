import { buildCallbackUrl } from "../accounts/account-addresses.ts";
import { receiveCallback } from "../callbacks/receive-callback.ts";
import { signResult, summariseOutcome } from "../callbacks/result-ticket.ts";
import { BUSY, NOT_FOUND, PREVIEWED } from "./pages/notice-table.ts";
import type { PublicContext } from "./public-context.ts";
import { guardVisit } from "./visits/guard-visit.ts";
import { answerNotice } from "./visits/visit-answer.ts";
import type { VisitAnswer } from "./visits/visit-answer.ts";
import type { VisitRequest } from "./visits/visit-request.ts";
import { readVisit } from "./visits/visit.ts";

/** What a browser gets that WeChat has sent back to an account's callback address: it is sent on to the page that says what became of it. */
export async function answerCallback(
  request: VisitRequest,
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
