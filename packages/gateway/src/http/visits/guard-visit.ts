import type { AccountRecord } from "../../store/records.ts";
import { BUSY, PREVIEWED } from "../pages/notice-table.ts";
import { answerNotice } from "./visit-answer.ts";
import type { VisitAnswer } from "./visit-answer.ts";
import type { VisitLimiter } from "./visit-limits.ts";
import type { Visit } from "./visit.ts";

/**
 * What answers a visit before it is looked at: over plain http it is sent to https, a browser that fetches ahead is
 * told to come back with the person, and one that comes too often to wait. `undefined` lets the visit pass.
 */
export function guardVisit(
  visit: Visit,
  pathAndQuery: string,
  account: AccountRecord,
  limiter: VisitLimiter,
): VisitAnswer | undefined {
  if (visit.isDowngraded) {
    return { kind: "redirect", status: 308, location: `${account.publicUrl}${pathAndQuery}` };
  }
  // Not a success, so that the browser throws it away and asks again when the person comes.
  if (visit.visitor === "prefetcher") return answerNotice(503, PREVIEWED);
  return limiter.admitsBrowser(visit.browser) ? undefined : answerNotice(429, BUSY);
}
