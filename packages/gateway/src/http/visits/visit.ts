import type { FastifyRequest } from "fastify";
import { readBrowserCookie } from "../../links/browser-cookie.ts";
import { classifyVisitor } from "../../links/visitor.ts";
import type { VisitorKind } from "../../links/visitor.ts";
import type { AccountRecord } from "../../store/records.ts";

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
export function readVisit(request: FastifyRequest, account: AccountRecord): Visit {
  const userAgent = readHeader(request, "user-agent");
  const purpose = PURPOSE_HEADERS.map((name) => readHeader(request, name)).join(" ");
  const mark = request.url.indexOf("?");
  return {
    visitor: classifyVisitor({ method: request.method, userAgent, purpose }),
    userAgent,
    browser: readBrowserCookie(readHeader(request, "cookie"), account.publicUrl),
    isDowngraded: account.publicUrl.startsWith("https:") && request.protocol !== "https",
    rawQuery: mark === -1 ? "" : request.url.slice(mark + 1),
  };
}

function readHeader(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : (value ?? []).join(" ");
}
