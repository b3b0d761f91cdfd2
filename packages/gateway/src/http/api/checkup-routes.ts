import { Type } from "typebox";
import type { Static } from "typebox";
import type { CheckResult } from "../../checkup/check-result.ts";
import { runCheckup } from "../../checkup/run-checkup.ts";
import { BilingualJson, nullable } from "./json.ts";
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
    answer: Type.Object({ items: Type.Array(CheckJson) }),
    status: 200,
    async handle(_input, context) {
      return { body: { items: (await runCheckup(context)).map(showCheck) } };
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
