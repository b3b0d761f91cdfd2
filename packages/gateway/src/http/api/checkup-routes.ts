import { Type } from "typebox";
import type { Static } from "typebox";
import type { CheckResult } from "../../checkup/check-result.ts";
import { runCheckup } from "../../checkup/run-checkup.ts";
import { findAccount } from "./find-account.ts";
import { BilingualJson, CLOSED, nullable } from "./json.ts";
import { defineRoute } from "./route.ts";
import type { ApiRoute } from "./route.ts";

const CheckJson = Type.Object({
  check: Type.Enum([
    "database",
    "standby",
    "database_clock",
    "account",
    "platform_clock",
    "domain_file",
    "token",
    "quota",
    "queue",
  ]),
  appid: nullable(Type.String()),
  status: Type.Enum(["ok", "warning", "failure"]),
  text: BilingualJson,
  next_step: nullable(BilingualJson),
});

/** `/v1/checkup`: whether all is right for messages to arrive. */
export const CHECKUP_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "GET",
    path: "/v1/checkup",
    operation: "runCheckup",
    summary: "Look at database, clocks, domain files, tokens, quotas and what waits; sends nothing",
    query: Type.Object(
      { appid: Type.Optional(Type.String({ description: "This account alone" })) },
      CLOSED,
    ),
    answer: Type.Object({ items: Type.Array(CheckJson) }),
    status: 200,
    problems: ["account_not_found"],
    async handle({ query }, context) {
      const { appid } = query;
      const named = appid === undefined ? undefined : await findAccount(appid, context.store);
      const results = await runCheckup(context, named?.appid);
      return { body: { items: results.map(showCheck) } };
    },
  }),
];

function showCheck({
  check,
  appid,
  status,
  text,
  nextStep,
}: CheckResult): Static<typeof CheckJson> {
  return { check, appid: appid ?? null, status, text, next_step: nextStep ?? null };
}
