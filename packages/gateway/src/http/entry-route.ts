import type { FastifyInstance } from "fastify";
import { buildEntryUrl } from "../accounts/account-addresses.ts";
import { CODE_LENGTH } from "../ids.ts";
import { openLink } from "../links/open-link.ts";
import type { AccountRecord, LinkRecord } from "../store/records.ts";
import { BUSY, NOT_FOUND } from "./pages/notice-table.ts";
import { renderQrPage } from "./pages/qr-page.ts";
import type { PublicContext } from "./public-context.ts";
import { guardVisit } from "./visits/guard-visit.ts";
import { answerNotice, sendAnswer } from "./visits/visit-answer.ts";
import type { VisitAnswer } from "./visits/visit-answer.ts";
import { readRouted } from "./visits/visit-request.ts";
import type { VisitRequest } from "./visits/visit-request.ts";
import { readVisit } from "./visits/visit.ts";

interface EntryParams {
  readonly link: string;
}

/** `GET /l/{link}`: where a person enters, from a poster, a menu or a chat. */
export function registerEntryRoute(app: FastifyInstance, context: PublicContext): void {
  app.route<{ Params: EntryParams }>({
    method: ["GET", "HEAD"],
    url: "/l/:link",
    async handler(request, reply) {
      return sendAnswer(
        reply,
        await answerEntry(readRouted(request), request.params.link, context),
      );
    },
  });
}

async function answerEntry(
  request: VisitRequest,
  linkId: string,
  context: PublicContext,
): Promise<VisitAnswer> {
  const account = await context.store.findAccountByCode(linkId.slice(0, CODE_LENGTH));
  if (account === undefined) return answerNotice(404, NOT_FOUND);
  const link = await context.store.findLink(account.appid, linkId);
  if (link === undefined) return answerNotice(404, NOT_FOUND);
  const visit = readVisit(request, account);
  const guarded = guardVisit(visit, request.url, account, context.limiter);
  if (guarded !== undefined) return guarded;
  if (visit.visitor === "previewer") return showQr(account, link);
  if (!context.limiter.admitsLink(linkId)) return answerNotice(429, BUSY);
  const opened = openLink({ account, link, ...visit }, context.keys, context.world);
  if (opened.kind === "elsewhere") return showQr(account, link);
  const { location, setCookie } = opened;
  return { kind: "redirect", status: 302, location, setCookie };
}

function showQr(account: AccountRecord, link: LinkRecord): VisitAnswer {
  const entryUrl = buildEntryUrl(account, link.linkId);
  const page = renderQrPage({ accountName: account.name, linkTitle: link.title, entryUrl });
  return { kind: "page", status: 200, page };
}
