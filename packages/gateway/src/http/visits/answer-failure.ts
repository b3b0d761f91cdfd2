import type { World } from "@yici/runtime";
import { describeFailure } from "../describe-failure.ts";
import { UNAVAILABLE } from "../pages/notice-table.ts";
import { answerNotice } from "./visit-answer.ts";
import type { VisitAnswer } from "./visit-answer.ts";

/** What a visitor gets when something broke. Nothing of the address goes into the log: it may hold an openid and a `reserved`. */
export function answerFailure(
  error: unknown,
  route: string,
  { log }: Pick<World, "log">,
): VisitAnswer {
  const failure = error instanceof Error ? error : new Error("not an error was thrown");
  log.error({ route, ...describeFailure(failure) }, "a visit could not be served");
  return answerNotice(503, UNAVAILABLE);
}
