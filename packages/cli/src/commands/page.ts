import type { AccountOptions } from "../account-client.ts";
import type { ApiCall } from "../api-client.ts";
import type { PageJson } from "../gateway-json.ts";

/** The options of a command that lists page by page. */
export interface PageOptions extends AccountOptions {
  readonly openid?: string;
  readonly scene?: number;
  readonly state?: string;
  readonly limit?: number;
  readonly after?: string;
}

/** The query of the page that was asked for. */
export function buildPageQuery(options: PageOptions): ApiCall {
  const { openid, scene, state, limit, after } = options;
  return { query: { openid, scene, state, limit, after } };
}

/** A page for people: its table, or the words for an empty one, and how to go on. */
export function renderPage<Item>(
  page: PageJson<Item>,
  render: (items: readonly Item[]) => string,
  empty: string,
): string {
  if (page.items.length === 0) return empty;
  const next = page.next_after ?? undefined;
  const more = next === undefined ? "" : `\n→ 还有更多 more: --after ${next}`;
  return `${render(page.items)}${more}`;
}
