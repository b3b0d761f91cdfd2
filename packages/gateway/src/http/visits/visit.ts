import { readBrowserCookie } from "../../links/browser-cookie.ts";
import { classifyVisitor } from "../../links/visitor.ts";
import type { VisitorKind } from "../../links/visitor.ts";
import type { AccountRecord } from "../../store/records.ts";
import type { VisitRequest } from "./visit-request.ts";

/** What a request tells about a visit to one account's public side. */
export interface Visit {
  readonly visitor: VisitorKind;
  readonly userAgent: string;
  /** The value of the browser's cookie, if it brought one. */
  readonly browser: string | undefined;
  /** It came over plain http although the account's address is https. */
  readonly isDowngraded: boolean;
  /** Without its `?`. */
  readonly rawQuery: string;
}

const PURPOSE_HEADERS = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/** Reads a visit. Nothing of the query is looked at. */
export function readVisit(request: VisitRequest, account: AccountRecord): Visit {
  const { method, url, protocol, readHeader } = request;
  const userAgent = readHeader("user-agent");
  const purpose = PURPOSE_HEADERS.map(readHeader).join(" ");
  const mark = url.indexOf("?");
  return {
    visitor: classifyVisitor({ method, userAgent, purpose }),
    userAgent,
    browser: readBrowserCookie(readHeader("cookie"), account.publicUrl),
    isDowngraded: account.publicUrl.startsWith("https:") && protocol !== "https",
    rawQuery: mark === -1 ? "" : url.slice(mark + 1),
  };
}
