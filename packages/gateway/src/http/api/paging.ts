import { Type } from "typebox";
import type { Page } from "../../store/ledger.ts";

const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;

/** The part of a query by which a list is read in pages. */
export const PAGE_QUERY = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })),
  after: Type.Optional(
    Type.String({ maxLength: 200, description: "`next_after` of the page before" }),
  ),
};

/** Reads which page is wanted. */
export function readPage(query: { readonly limit?: number; readonly after?: string }): Page {
  return { limit: query.limit ?? LIMIT_DEFAULT, after: query.after };
}

/** Where the next page begins; null after a page that was not full. */
export function showNext<T>(
  rows: readonly T[],
  page: Page,
  cursor: (row: T) => string,
): string | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < page.limit ? null : cursor(last);
}
