import { Type } from "typebox";
import type { LedgerEvent } from "../../store/ledger.ts";
import { AccountParams, findAccount } from "./find-account.ts";
import { CLOSED, InstantJson, showInstant } from "./json.ts";
import { defineRoute } from "./route.ts";
import type { ApiRoute } from "./route.ts";

const EventJson = Type.Object({
  number: Type.Integer({ description: "1, 2, 3 … within the account, without gaps" }),
  type: Type.String(),
  at: InstantJson,
  facts: Type.Record(
    Type.String(),
    Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
    { description: "What happened to what; which facts there are depends on the type" },
  ),
});

const EventQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0, description: "The last number already seen" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  CLOSED,
);

/** `/v1/accounts/{appid}/events`: what happened, in the order it happened. */
export const EVENT_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "GET",
    path: "/v1/accounts/{appid}/events",
    operation: "listEvents",
    summary: "List an account's events after a number, oldest first",
    params: AccountParams,
    query: EventQuery,
    answer: Type.Object({ items: Type.Array(EventJson) }),
    status: 200,
    problems: ["account_not_found"],
    async handle({ params, query }, { store }) {
      const { appid } = await findAccount(params.appid, store);
      const events = await store.listEvents(appid, query.after ?? 0, query.limit ?? 50);
      const items = events.map(({ number, type, at, facts }) => ({
        number,
        type,
        at: showInstant(at),
        facts: showFacts(facts),
      }));
      return { body: { items } };
    },
  }),
];

/** The facts' names in the spelling of the wire. */
function showFacts(facts: LedgerEvent["facts"]): LedgerEvent["facts"] {
  const entries = Object.entries(facts);
  return Object.fromEntries(entries.map(([name, value]) => [toSnakeCase(name), value]));
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
