import type { World } from "@yici/runtime";
import { BUSY } from "../pages/notice-table.ts";
import { answerNotice } from "./visit-answer.ts";
import type { VisitAnswer } from "./visit-answer.ts";
import type { VisitLimiter } from "./visit-limits.ts";
import type { VisitRequest } from "./visit-request.ts";

/** What answers a request before anything is looked at; `undefined` lets it pass. */
export type Admission = (request: VisitRequest) => VisitAnswer | undefined;

/** Tells an address that comes too often to wait. */
export function createAdmission(limiter: VisitLimiter, world: Pick<World, "log">): Admission {
  const warn = createProxyWarning(world);
  return (request) => {
    warn(request);
    return limiter.admitsAddress(request.ip) ? undefined : answerNotice(429, BUSY);
  };
}

/** Says once that a proxy is not believed: its https visitors would be sent to https for ever. */
function createProxyWarning({ log }: Pick<World, "log">): (request: VisitRequest) => void {
  let isSaid = false;
  return ({ protocol, ip: address, readHeader }) => {
    if (isSaid || protocol === "https" || readHeader("x-forwarded-proto") !== "https") return;
    isSaid = true;
    const sentence =
      "a proxy says its visitors use https and is not believed: add its address to YICI_TRUSTED_PROXIES";
    log.warn({ address }, sentence);
  };
}
