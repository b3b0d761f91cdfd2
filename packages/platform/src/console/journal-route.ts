import type { FastifyInstance, FastifyRequest } from "fastify";
import { sendPage } from "../pages/send-page.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { renderJournalPage } from "./journal-page.ts";

const ENTRIES_A_PAGE = 50;

/**
 * `GET /mp/journal?appid=…&before=…`: the newest calls, or those before one of them; without `appid` everybody's. With
 * `rid=…`, which may be a whole errmsg, the call that was refused so.
 */
export function registerJournalRoute(app: FastifyInstance, store: PlatformStore): void {
  app.get("/mp/journal", (request: FastifyRequest<{ Querystring: JournalQuery }>, reply) => {
    const accounts = store.accounts.list();
    const appid = accounts.find((account) => account.appid === request.query.appid)?.appid;
    const before = readEntryNumber(request.query.before);
    const rid = findRid(request.query.rid);
    const found =
      rid === undefined
        ? store.journal.listBefore({ appid, before, limit: ENTRIES_A_PAGE + 1 })
        : store.journal.listRefused(rid, appid);
    const page = renderJournalPage({
      accounts,
      appid,
      rid,
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
  readonly rid?: unknown;
}

function findRid(text: unknown): string | undefined {
  return typeof text === "string" ? RID.exec(text)?.[0] : undefined;
}

const RID = /[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}/;

function readEntryNumber(text: unknown): number | undefined {
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
