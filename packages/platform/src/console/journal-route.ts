import type { FastifyInstance, FastifyRequest } from "fastify";
import { sendPage } from "../pages/send-page.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { renderJournalPage } from "./journal-page.ts";

const ENTRIES_A_PAGE = 50;

/** `GET /mp/journal?appid=…&before=…`: the newest calls, or those before one of them; without `appid` everybody's. */
export function registerJournalRoute(app: FastifyInstance, store: PlatformStore): void {
  app.get("/mp/journal", (request: FastifyRequest<{ Querystring: JournalQuery }>, reply) => {
    const accounts = store.accounts.list();
    const appid = accounts.find((account) => account.appid === request.query.appid)?.appid;
    const before = readEntryNumber(request.query.before);
    const found = store.journal.listBefore({ appid, before, limit: ENTRIES_A_PAGE + 1 });
    const page = renderJournalPage({
      accounts,
      appid,
      entries: found.slice(0, ENTRIES_A_PAGE),
      isNewest: before === undefined,
      hasOlder: found.length > ENTRIES_A_PAGE,
    });
    return sendPage(reply, page);
  });
}

interface JournalQuery {
  readonly appid?: unknown;
  readonly before?: unknown;
}

function readEntryNumber(text: unknown): number | undefined {
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
